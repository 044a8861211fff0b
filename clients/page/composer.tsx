/** Where a message is written. The text stays the browser's until it is sent, so a key press renders nothing. */
import type {RefObject} from 'preact'
import {useLayoutEffect, useState} from 'preact/hooks'
import {ApprovalChoice} from './approval-choice.tsx'
import {ConflictChoice} from './conflict-choice.tsx'
import {SendIcon, StopIcon} from './icons.tsx'
import {memo} from './memo.tsx'
import {isSendKey} from './send-key.ts'

type Props = {
  readonly field: RefObject<HTMLTextAreaElement | null>
  readonly isLoaded: boolean
  readonly isAnswering: boolean
  /** One sentence for the person, or null. */
  readonly notice: string | null
  /** What the person sent waits for a decision. */
  readonly isInConflict: boolean
  /** A tool waits for the person's word. */
  readonly needsApproval: boolean
  /** What was written here before and not sent, as of the last rendering, and as of now. */
  readonly draft: string
  readonly readDraft: () => string
  readonly onWrite: (text: string) => void
  readonly onSend: (text: string) => void
  readonly onStop: () => void
  readonly onShowChanges: () => void
  readonly onSendAnyway: () => void
  readonly onApprove: () => void
}

const GROWS_BY_ITSELF = CSS.supports('field-sizing', 'content')

export const Composer = memo((props: Props) => {
  const {field, isLoaded, isAnswering, notice, isInConflict, needsApproval} = props
  const {draft, readDraft, onWrite, onSend, onStop, onShowChanges, onSendAnyway, onApprove} = props
  const [isEmpty, setEmpty] = useState(true)
  useLayoutEffect(() => {
    // On a touch screen the focus would bring up the keyboard.
    if (isLoaded && document.activeElement === document.body && matchMedia('(hover: hover)').matches)
      field.current?.focus({preventScroll: true})
  }, [isLoaded, field])

  const measure = () => {
    const area = field.current!
    setEmpty(area.value.trim() === '')
    if (GROWS_BY_ITSELF) return
    area.style.height = 'auto'
    area.style.height = `${area.scrollHeight}px`
  }
  useLayoutEffect(() => {
    // A key press renders nothing, so what was rendered last may be older than what stands there.
    const area = field.current!
    const kept = readDraft()
    if (area.value === kept) return
    area.value = kept
    measure()
  }, [draft, readDraft, field])
  const onInput = () => {
    onWrite(field.current!.value)
    measure()
  }
  const send = () => {
    const area = field.current!
    const text = area.value.trim()
    if (!isLoaded || text === '') return
    area.value = ''
    area.focus()
    measure()
    onSend(text)
  }
  /** The button goes away with what it does. */
  const thenWrite = (act: () => void) => () => {
    field.current?.focus()
    act()
  }
  const onKeyDown = (event: KeyboardEvent) => {
    if (!isSendKey(event)) return
    event.preventDefault()
    send()
  }

  return (
    <form
      class="composer"
      aria-label="New message"
      onSubmit={(event) => {
        event.preventDefault()
        send()
      }}
    >
      <p class="composer__notice" role="alert" hidden={notice === null}>
        {notice}
      </p>
      {isInConflict && (
        <ConflictChoice onShow={thenWrite(onShowChanges)} onSendAnyway={thenWrite(onSendAnyway)} />
      )}
      {needsApproval && <ApprovalChoice onApprove={thenWrite(onApprove)} />}
      <div class="composer__box">
        <textarea
          ref={field}
          id="prompt"
          class="composer__field"
          name="prompt"
          rows={1}
          aria-label="Message"
          aria-describedby="prompt-keys"
          placeholder="Write a message"
          autocomplete="off"
          onInput={onInput}
          onKeyDown={onKeyDown}
        />
        {isAnswering ? (
          <button
            class="round-button round-button--stop"
            type="button"
            aria-label="Stop"
            title="Stop"
            onClick={thenWrite(onStop)}
          >
            <StopIcon />
          </button>
        ) : (
          <button
            class="round-button"
            type="submit"
            aria-label="Send"
            title="Send"
            disabled={!isLoaded || isEmpty}
          >
            <SendIcon />
          </button>
        )}
      </div>
      <p class="composer__keys" id="prompt-keys">
        Enter sends · Shift + Enter begins a new line
      </p>
    </form>
  )
})
