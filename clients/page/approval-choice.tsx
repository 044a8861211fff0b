/** What a person can do where a tool of an answer waits for their word. Rule TG12. */
type Props = {readonly onApprove: () => void}

export function ApprovalChoice({onApprove}: Props) {
  return (
    <div role="group" aria-label="Approval">
      <p class="composer__notice" role="status">
        A tool waits for your approval.
      </p>
      <div class="composer__choice">
        <button class="button button--main" type="button" data-act="approve" onClick={onApprove}>
          Approve
        </button>
      </div>
    </div>
  )
}
