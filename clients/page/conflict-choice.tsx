/**
 * What a person can do where the conversation changed in another tab; the sentence that says so stands above it, in the
 * composer's alert. Rule CF14.
 */
type Props = {
  readonly onShow: () => void
  readonly onSendAnyway: () => void
}

export function ConflictChoice({onShow, onSendAnyway}: Props) {
  return (
    <div class="composer__choice" role="group" aria-label="The conversation changed in another tab">
      <button class="button button--main" type="button" data-act="show-changes" onClick={onShow}>
        Show changes
      </button>
      <button class="button" type="button" data-act="send-anyway" onClick={onSendAnyway}>
        Send anyway
      </button>
    </div>
  )
}
