/**
 * A history told as if some of its messages had never been written: their lines are gone, views do not show them, and what
 * stood below them stands below what they stood below. Nothing else of a line changes, least of all its number. Rule CX2.
 */
import type {WitnessEvent} from '#protocol/witness-event.ts'
import type {History, RecordedEvent} from '../history/history-event.ts'

/** By the id of a message that one it stands below. Null: the first of its conversation. */
export type Parents = ReadonlyMap<string, string | null>

export function parentsIn({events}: Pick<History, 'events'>): Parents {
  const parents = new Map<string, string | null>()
  for (const {kind, event} of events.filter((each) => each.kind === 'ledger'))
    if (kind === 'ledger' && event.kind === 'committed' && !parents.has(event.messageId))
      parents.set(event.messageId, event.parentId)
  return parents
}

/** The event without them; null where nothing is left of it. */
export function withoutMessages(
  event: RecordedEvent,
  left: ReadonlySet<string>,
  parents: Parents,
): RecordedEvent | null {
  if (left.size === 0) return event
  if (event.kind === 'ledger') {
    const said = event.event
    if ('messageId' in said && left.has(said.messageId)) return null
    if (said.kind !== 'committed') return event
    const parentId = climb(said.parentId, left, parents)
    return parentId === said.parentId ? event : {...event, event: {...said, parentId}}
  }
  if (event.kind !== 'witness') return event
  const said = inTestimony(event.event, left, parents)
  if (said === event.event) return event
  return said && {...event, event: said}
}

function inTestimony(said: WitnessEvent, left: ReadonlySet<string>, parents: Parents): WitnessEvent | null {
  switch (said.kind) {
    case 'shown':
      return said.view.some(({id}) => left.has(id))
        ? {...said, view: said.view.filter(({id}) => !left.has(id))}
        : said
    case 'reading':
      return said.view.some(({id}) => left.has(id))
        ? {...said, view: said.view.filter(({id}) => !left.has(id))}
        : said
    case 'received': {
      const messageIds = said.messageIds.filter((id) => !left.has(id))
      if (messageIds.length === said.messageIds.length) return said
      return messageIds.length === 0 ? null : {...said, messageIds}
    }
    case 'branch-chosen': {
      const messageId = climb(said.messageId, left, parents)
      if (messageId === null) return null
      return messageId === said.messageId ? said : {...said, messageId}
    }
    case 'acted': {
      if (said.messageId !== null && left.has(said.messageId)) return null
      const parentId = climb(said.parentId, left, parents)
      return parentId === said.parentId ? said : {...said, parentId}
    }
    default:
      return said
  }
}

/** A parent that stands below itself is the reader's to refuse, not ours to follow for ever. */
function climb(id: string | null, left: ReadonlySet<string>, parents: Parents): string | null {
  let at = id
  for (let steps = 0; at !== null && left.has(at) && steps <= parents.size; steps += 1)
    at = parents.get(at) ?? null
  return at
}
