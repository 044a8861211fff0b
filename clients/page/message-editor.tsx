/** Writing a sent message anew. Enter sends it as a new version, Escape leaves the old one. */
import {useLayoutEffect, useRef} from 'preact/hooks'
import {isSendKey} from './send-key.ts'

type Props = {
  readonly text: string
  readonly onSave: (text: string) => void
  readonly onCancel: () => void
}

export function MessageEditor({text, onSave, onCancel}: Props) {
  const field = useRef<HTMLTextAreaElement>(null)
  useLayoutEffect(() => {
    field.current?.focus()
    field.current?.setSelectionRange(text.length, text.length)
  }, [])

  const save = () => {
    const edited = field.current?.value.trim() ?? ''
    if (edited !== '') onSave(edited)
  }
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === 'Escape') onCancel()
    if (!isSendKey(event)) return
    event.preventDefault()
    save()
  }
  return (
    <form
      class="editor"
      onSubmit={(event) => {
        event.preventDefault()
        save()
      }}
    >
      <textarea
        ref={field}
        class="editor__field"
        aria-label="Edited message"
        rows={2}
        defaultValue={text}
        onKeyDown={onKeyDown}
      />
      <div class="editor__buttons">
        <button class="button" type="button" onClick={onCancel}>
          Cancel
        </button>
        <button class="button button--main" type="submit">
          Send edited
        </button>
      </div>
    </form>
  )
}
