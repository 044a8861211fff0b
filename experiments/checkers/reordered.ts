/**
 * Rule K4: a transcript stands in the server's order: a message after its parent, and of two neighbours that are not
 * parent and child the one committed first. Each pair is reported once for a tab.
 */
import {verdictOf} from './checker.ts'
import type {Checker} from './checker.ts'
import {committedMessages} from './message.ts'
import type {Message} from './message.ts'
import type {Violation} from './verdict.ts'
import {viewsOf} from './view.ts'

export const reordered: Checker = (history) => {
  const messages = committedMessages(history)
  const because: Violation[] = []
  const reported = new Set<string>()
  let views = 0

  for (const {tab, line, shown} of viewsOf(history)) {
    views += 1
    const known = [...new Set(shown.map(({id}) => id))].flatMap((id) => messages.get(id) ?? [])
    for (const {first, second} of inversionsIn(known)) {
      const key = JSON.stringify([tab, first.id, second.id])
      if (reported.has(key)) continue
      reported.add(key)
      const note = `${second.id} stands before ${first.id}`
      because.push({rule: 'K4', tab, lines: [first.line, second.line, line], note})
    }
  }
  return verdictOf(because, {views})
}

/** Pairs that stand the wrong way round: `first` ought to come before `second`. */
function inversionsIn(view: readonly Message[]): {first: Message; second: Message}[] {
  const place = new Map(view.map(({id}, index) => [id, index]))
  return view.flatMap((message, index) => {
    const parent = message.parentId === null ? undefined : place.get(message.parentId)
    const parentMessage = parent === undefined ? undefined : view[parent]
    if (parent !== undefined && parentMessage !== undefined && parent > index)
      return [{first: parentMessage, second: message}]
    const next = view[index + 1]
    if (next === undefined || next.parentId === message.id || message.parentId === next.id) return []
    return next.at < message.at ? [{first: next, second: message}] : []
  })
}
