/** Asks before a conversation is deleted: there is no way back. Escape keeps it. */
import {useLayoutEffect, useRef} from 'preact/hooks'

type Props = {
  readonly title: string
  readonly onDelete: () => void
  readonly onCancel: () => void
}

export function DeleteChoice({title, onDelete, onCancel}: Props) {
  const keep = useRef<HTMLButtonElement>(null)
  useLayoutEffect(() => keep.current?.focus(), [])

  return (
    <div
      class="delete-choice"
      role="alertdialog"
      aria-labelledby="delete-question"
      onKeyDown={(event) => event.key === 'Escape' && onCancel()}
    >
      <p id="delete-question">Delete “{title}” for good?</p>
      <div class="delete-choice__buttons">
        <button ref={keep} class="button" type="button" onClick={onCancel}>
          Keep
        </button>
        <button class="button button--bad" type="button" data-act="confirm-delete" onClick={onDelete}>
          Delete
        </button>
      </div>
    </div>
  )
}
