/** What a person did in a tab: as a clause of the telling, and as a label of the drawing. Rules CX5, CX6. */
import type {RecordedEvent} from '../history/history-event.ts'
import {isAct} from './facts.ts'
import type {ActLine, Facts} from './facts.ts'

/** `sent m7 on leaf m4`. */
export function deedInWords({event: {act, messageId, parentId}}: ActLine, {messages}: Facts): string {
  const name = messages.get(messageId ?? '')?.name ?? 'a message'
  const parent = messages.get(parentId ?? '')?.name ?? null
  switch (act) {
    case 'sent':
      return parent === null ? `sent ${name} as the first message` : `sent ${name} on leaf ${parent}`
    case 'edited':
      return `made ${name} by an edit ${parent === null ? 'of the first message' : `below ${parent}`}`
    case 'regenerated':
      return `asked for another answer${parent === null ? '' : ` to ${parent}`}`
    case 'stopped':
      return 'stopped an answer'
    case 'renamed':
      return 'renamed the conversation'
    case 'deleted':
      return 'deleted the conversation'
    case 'model-chosen':
      return 'chose another model'
    case 'approved':
      return 'approved a tool'
  }
}

/** `sends m7 on m4`. */
export function deedLabel(act: RecordedEvent, {messages}: Facts): string {
  if (!isAct(act)) return ''
  const nameOf = (id: string | null) => messages.get(id ?? '')?.name ?? null
  const [name, parent] = [nameOf(act.event.messageId), nameOf(act.event.parentId)]
  const place = parent === null ? '' : ` on ${parent}`
  switch (act.event.act) {
    case 'sent':
      return `sends ${name ?? 'a message'}${place}`
    case 'edited':
      return `edits: ${name ?? 'a message'}${place}`
    case 'regenerated':
      return `asks anew${parent === null ? '' : `: ${parent}`}`
    case 'stopped':
      return 'stops an answer'
    case 'renamed':
      return 'renames it'
    case 'deleted':
      return 'deletes it'
    case 'model-chosen':
      return 'chooses a model'
    case 'approved':
      return 'approves a tool'
  }
}
