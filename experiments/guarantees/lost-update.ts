/**
 * Rule SG20, no lost update (Berenson and others 1995, in a tree): what was committed is out of everybody's sight at the
 * end, because a message was put in its place from a tab that had not shown it.
 */
import {Findings} from './guarantee.ts'
import type {GuaranteeChecker} from './guarantee.ts'
import {isBefore} from './operation.ts'
import type {Act, Message, Operations} from './operation.ts'

export const lostUpdate: GuaranteeChecker = (operations) => {
  const findings = new Findings('noLostUpdate')
  const {messages} = operations
  const {shown, watched} = shownAtTheEnd(operations)
  const inItsPlace = Map.groupBy(shown, ({parent}) => parent)
  const authorOf = authors(operations)
  const topOf = hiddenTops(messages, shown)
  let hidden = 0

  for (const message of messages) {
    const {committed, personId, conversationId} = message
    if (committed === null || shown.has(message) || !watched.has(inWatch(personId, conversationId))) continue
    hidden += 1
    const top = topOf.get(message)
    for (const other of inItsPlace.get(top?.parent ?? null) ?? []) {
      if (top === undefined || other.committed === null || other.personId !== personId) continue
      const act = authorOf(other)
      if (act === null || isBefore(other.committed, committed) || authorOf(message)?.tab === act.tab) continue
      const saw = act.tab.saw.get(message)
      if (saw !== undefined && isBefore(saw, act)) continue
      const lines = [committed.line, act.line, other.committed.line]
      const note = `${other.id} took the place of ${message.id}, which the tab had not shown`
      findings.add(other, top, {tab: act.tab.name, lines, note})
    }
  }
  return findings.verdict({hidden})
}

const inWatch = (personId: string | null, conversationId: string | null): string =>
  JSON.stringify([personId, conversationId])

/** What the tabs show when the history ends, and which conversations of whom they show. */
function shownAtTheEnd({timeline}: Operations) {
  const last = new Map<unknown, Extract<Operations['timeline'][number], {kind: 'view'}>>()
  for (const operation of timeline) {
    if (operation.kind === 'view') last.set(operation.tab, operation)
    else if (operation.kind === 'load' || operation.kind === 'gone') last.delete(operation.tab)
  }
  const shown = new Set<Message>()
  const watched = new Set<string>()
  for (const {tab, entries} of last.values()) {
    for (const {message} of entries) {
      if (message.begun === null) continue
      shown.add(message)
      watched.add(inWatch(tab.personId, message.conversationId))
    }
  }
  return {shown, watched}
}

/** For each message that nobody shows the uppermost of those above it, or itself, that nobody shows. */
function hiddenTops(
  messages: readonly Message[],
  shown: ReadonlySet<Message>,
): ReadonlyMap<Message, Message> {
  const tops = new Map<Message, Message>()
  for (const message of messages) {
    const path: Message[] = []
    const onPath = new Set<Message>()
    let at: Message = message
    while (!shown.has(at) && !tops.has(at) && !onPath.has(at)) {
      path.push(at)
      onPath.add(at)
      if (at.parent === null || at.parent.id === '' || shown.has(at.parent)) break
      at = at.parent
    }
    const top = tops.get(at) ?? at
    for (const hidden of path) tops.set(hidden, top)
  }
  return tops
}

/** The act that brought a message about: its own, the asking again for an answer, or the sending of what it answers. */
function authors({timeline}: Operations): (message: Message) => Act | null {
  const again = new Map<Message, Act[]>()
  for (const operation of timeline) {
    if (operation.kind !== 'act' || operation.act !== 'regenerated' || operation.parent === null) continue
    const known = again.get(operation.parent)
    if (known === undefined) again.set(operation.parent, [operation])
    else known.push(operation)
  }
  return ({act, role, parent, begun}) => {
    if (role !== 'assistant') return act
    if (parent === null || begun === null) return null
    return again.get(parent)?.findLast((asked) => isBefore(asked, begun)) ?? parent.act
  }
}
