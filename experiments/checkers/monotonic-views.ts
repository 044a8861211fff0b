/**
 * Rule K2: once a tab has shown a message it never shows a transcript without it, except in a reloaded page, after its
 * own edit or regeneration, or when it shows another branch. Ids that the server never knew are not messages.
 */
import type {RecordedEvent} from '../history/history-event.ts'
import {verdictOf} from './checker.ts'
import type {Checker} from './checker.ts'
import {committedMessages} from './message.ts'
import type {Message} from './message.ts'
import type {Violation} from './verdict.ts'

export const monotonicViews: Checker = (history) => {
  const messages = committedMessages(history)
  const siblings = siblingsOf(messages)
  const seen = new Map<string, Set<string>>()
  const because: Violation[] = []
  let views = 0

  for (const event of history.events) {
    const begins = beginsAnew(event)
    if (begins !== null) seen.delete(begins)
    const view = viewIn(event)
    if (view === null) continue
    views += 1
    const shown = new Set(view.ids.filter((id) => messages.has(id)))
    const gone = (seen.get(view.tab) ?? new Set<string>()).difference(shown)
    for (const id of gone) {
      if (isOnAnotherBranch(id, shown, messages, siblings)) continue
      because.push({rule: 'K2', tab: view.tab, lines: [event.line], note: `${id} was shown, then gone`})
    }
    seen.set(view.tab, shown)
  }
  return verdictOf(because, {views})
}

function viewIn(event: RecordedEvent): {tab: string; ids: string[]} | null {
  if (event.kind !== 'witness') return null
  const said = event.event
  if (said.kind !== 'shown' && said.kind !== 'reading') return null
  return {tab: event.tab, ids: said.view.map(({id}) => id)}
}

/** The tab that has nothing to keep from here on. */
function beginsAnew(event: RecordedEvent): string | null {
  if (event.kind === 'tab-opened') return event.tab
  if (event.kind === 'step') return event.do === 'refresh' && event.phase === 'began' ? event.tab : null
  if (event.kind !== 'witness') return null
  const said = event.event
  if (said.kind === 'lifecycle') return said.event === 'loaded' ? event.tab : null
  if (said.kind !== 'acted') return null
  return said.act === 'edited' || said.act === 'regenerated' ? event.tab : null
}

type Messages = ReturnType<typeof committedMessages>

function siblingsOf(messages: Messages): ReadonlyMap<string | null, readonly string[]> {
  const siblings = new Map<string | null, string[]>()
  for (const {id, parentId} of messages.values()) {
    const born = siblings.get(parentId)
    if (born === undefined) siblings.set(parentId, [id])
    else born.push(id)
  }
  return siblings
}

/** Whether the message, or one it stands under, has made room for a sibling. */
function isOnAnotherBranch(
  id: string,
  shown: ReadonlySet<string>,
  messages: Messages,
  siblings: ReadonlyMap<string | null, readonly string[]>,
): boolean {
  const visited = new Set<string>()
  let at: Message | undefined = messages.get(id)
  while (at !== undefined && !shown.has(at.id) && !visited.has(at.id)) {
    visited.add(at.id)
    const {parentId} = at
    if (siblings.get(parentId)?.some((sibling) => shown.has(sibling))) return true
    at = parentId === null ? undefined : messages.get(parentId)
  }
  return false
}
