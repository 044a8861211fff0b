/** Giving the conversation another name. Enter saves it, Escape and an empty name leave the old one. */
import {useLayoutEffect, useRef} from 'preact/hooks'

type Props = {
  readonly title: string
  readonly onSave: (title: string) => void
  readonly onCancel: () => void
}

/** As the servers take it. */
const MAX_CHARS = 200

export function TitleEditor({title, onSave, onCancel}: Props) {
  const field = useRef<HTMLInputElement>(null)
  useLayoutEffect(() => {
    field.current?.focus()
    field.current?.select()
  }, [])

  return (
    <form
      class="title-editor"
      onSubmit={(event) => {
        event.preventDefault()
        const written = field.current?.value.trim() ?? ''
        if (written === '') onCancel()
        else onSave(written)
      }}
    >
      <input
        ref={field}
        class="title-editor__field"
        name="title"
        aria-label="Title"
        autocomplete="off"
        maxLength={MAX_CHARS}
        defaultValue={title}
        onKeyDown={(event) => event.key === 'Escape' && onCancel()}
      />
      <button class="button button--main" type="submit">
        Save
      </button>
      <button class="button" type="button" onClick={onCancel}>
        Cancel
      </button>
    </form>
  )
}
