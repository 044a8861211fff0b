/** One message: its text in exactly one `[data-text]`, what became of it in words, its versions and what can be done. */
import {useLayoutEffect, useRef} from 'preact/hooks'
import type {ShownMessage} from '../sync/chat-session.ts'
import {BranchControl} from './branch-control.tsx'
import type {ChatActions} from './chat-actions.ts'
import {EditIcon, RegenerateIcon} from './icons.tsx'
import {memo} from './memo.tsx'
import {MessageEditor} from './message-editor.tsx'
import {statusInWords} from './status-words.ts'

type Props = {
  readonly message: ShownMessage
  readonly isEdited: boolean
  /** It is being written, and the page is not connected. */
  readonly isAway: boolean
  /** False while the conversation is loading or an answer is under way. */
  readonly canChange: boolean
  /** What did not arrive can be sent once more as it was. */
  readonly canTryAgain: boolean
  readonly actions: ChatActions
  readonly onEdit: (messageId: string | null) => void
}

export const MessageEntry = memo((props: Props) => {
  const {message, isEdited, isAway, canChange, canTryAgain, actions, onEdit} = props
  const {id, role, text, thinking, status, branch} = message
  const editButton = useRef<HTMLButtonElement>(null)
  const mayRepeat = canTryAgain && role === 'user' && status === 'failed'
  const words = mayRepeat ? 'Not sent.' : statusInWords(message, isAway)
  const isUnderWay = status === 'streaming' || status === 'sending'

  const isFocusDue = useRef(false)
  useLayoutEffect(() => {
    if (isFocusDue.current && !isEdited) editButton.current?.focus()
    isFocusDue.current = false
  }, [isEdited])
  const cancelEdit = () => {
    isFocusDue.current = true
    onEdit(null)
  }
  const saveEdit = (edited: string) => {
    onEdit(null)
    actions.edit(id, edited)
  }

  return (
    <article
      class="message"
      aria-labelledby={`who-${id}`}
      data-message-id={id}
      data-role={role}
      data-status={status}
    >
      <h2 class="message__who" id={`who-${id}`}>
        {role === 'user' ? 'You' : 'Assistant'}
      </h2>
      <div class="message__body">
        {thinking !== undefined && (
          <details class="message__thinking">
            <summary>Thinking</summary>
            <p>{thinking.trim()}</p>
          </details>
        )}
        <div class="message__text" data-text="" hidden={isEdited}>
          {text}
        </div>
        {isEdited && <MessageEditor text={text} onSave={saveEdit} onCancel={cancelEdit} />}
        {words !== null && <p class="message__status">{words}</p>}
        {!isUnderWay && (
          <div class="message__tools" hidden={isEdited}>
            {branch && <BranchControl branch={branch} isEnabled={canChange} onShow={actions.showBranch} />}
            {mayRepeat && (
              <button
                class="tool"
                type="button"
                data-act="try-again"
                disabled={!canChange}
                onClick={() => actions.regenerate(id)}
              >
                <RegenerateIcon />
                Try again
              </button>
            )}
            {role === 'user' ? (
              <button
                ref={editButton}
                class="tool"
                type="button"
                aria-label="Edit message"
                disabled={!canChange}
                onClick={() => onEdit(id)}
              >
                <EditIcon />
                Edit
              </button>
            ) : (
              <button
                class="tool"
                type="button"
                aria-label="Regenerate answer"
                disabled={!canChange}
                onClick={() => actions.regenerate(id)}
              >
                <RegenerateIcon />
                Regenerate
              </button>
            )}
          </div>
        )}
      </div>
    </article>
  )
})
