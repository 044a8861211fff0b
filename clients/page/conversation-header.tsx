/**
 * The name of the open conversation, and what a person does with all of it: rename, delete, choose the model. The heading
 * stays in the page while it is renamed, for screen readers and for the witness. Rules PG7–PG9, WI17–WI18.
 */
import {useCallback, useLayoutEffect, useRef, useState} from 'preact/hooks'
import type {ChatView} from '../sync/chat-session.ts'
import type {ChatActions} from './chat-actions.ts'
import {DeleteChoice} from './delete-choice.tsx'
import {DeleteIcon, EditIcon} from './icons.tsx'
import {memo} from './memo.tsx'
import {ModelPicker} from './model-picker.tsx'
import {TitleEditor} from './title-editor.tsx'

type Props = {
  readonly title: string
  readonly conversationId: string | null
  readonly phase: ChatView['phase']
  readonly model: string
  readonly models: readonly string[]
  readonly actions: ChatActions
}

type Doing = 'nothing' | 'renaming' | 'deleting'

export const ConversationHeader = memo((props: Props) => {
  const {title, conversationId, phase, model, models, actions} = props
  const isLoaded = phase === 'ready' || phase === 'answering'
  const canChange = isLoaded && conversationId !== null
  const renameButton = useRef<HTMLButtonElement>(null)
  const deleteButton = useRef<HTMLButtonElement>(null)
  const [doing, setDoing] = useState<Doing>('nothing')
  const focusDue = useRef<typeof renameButton | null>(null)

  useLayoutEffect(() => setDoing('nothing'), [conversationId, canChange])
  useLayoutEffect(() => {
    if (doing === 'nothing') focusDue.current?.current?.focus()
    if (doing === 'nothing') focusDue.current = null
  }, [doing])

  const leaveTitle = useCallback(() => {
    focusDue.current = renameButton
    setDoing('nothing')
  }, [])
  const leaveDeleting = useCallback(() => {
    focusDue.current = deleteButton
    setDoing('nothing')
  }, [])
  const rename = (words: string) => {
    leaveTitle()
    actions.rename(words)
  }

  return (
    <>
      <div class="conversation">
        <h1 class={doing === 'renaming' ? 'visually-hidden' : 'conversation__title'}>{title}</h1>
        {doing === 'renaming' && <TitleEditor title={title} onSave={rename} onCancel={leaveTitle} />}
        {conversationId !== null && (
          <div class="conversation__tools" hidden={doing === 'renaming'}>
            <button
              ref={renameButton}
              class="icon-button icon-button--small"
              type="button"
              data-act="rename"
              aria-label="Rename conversation"
              title="Rename"
              disabled={!canChange}
              onClick={() => setDoing('renaming')}
            >
              <EditIcon />
            </button>
            <button
              ref={deleteButton}
              class="icon-button icon-button--small"
              type="button"
              data-act="delete"
              aria-label="Delete conversation"
              aria-expanded={doing === 'deleting'}
              title="Delete"
              disabled={!canChange}
              onClick={() => setDoing(doing === 'deleting' ? 'nothing' : 'deleting')}
            >
              <DeleteIcon />
            </button>
          </div>
        )}
      </div>
      <ModelPicker model={model} models={models} isEnabled={isLoaded} onChoose={actions.chooseModel} />
      {doing === 'deleting' && (
        <DeleteChoice title={title} onDelete={actions.remove} onCancel={leaveDeleting} />
      )}
    </>
  )
})
