/**
 * Rule SG11, in order: in every view a message stands after its parent, and of two neighbours on no common path the one
 * committed first comes first.
 */
import {Findings} from './guarantee.ts'
import type {GuaranteeChecker} from './guarantee.ts'
import {isBefore} from './operation.ts'
import type {Entry, Message, Operations, View} from './operation.ts'

export const reordered: GuaranteeChecker = ({timeline, isAbove}) => {
  const findings = new Findings('inOrder')
  let views = 0
  for (const operation of timeline) {
    if (operation.kind !== 'view') continue
    views += 1
    if (isOnePath(operation.entries)) continue
    for (const [first, second] of inversionsIn(operation, isAbove)) {
      const lines = [first.committed?.line ?? 0, second.committed?.line ?? 0, operation.line]
      const note = `${second.id} stands before ${first.id}`
      findings.add(operation.tab, `${first.index} ${second.index}`, {tab: operation.tab.name, lines, note})
    }
  }
  return findings.verdict({views})
}

/** Each message stands right after its parent: nearly every view, and the quick answer for it. */
const isOnePath = (entries: readonly Entry[]): boolean =>
  entries.every(({message}, index) => index === 0 || entries[index - 1]?.message === message.parent)

/** Pairs that stand the wrong way round: the first ought to come before the second. */
function inversionsIn({entries}: View, isAbove: Operations['isAbove']): [Message, Message][] {
  const lastPlace = new Map(entries.map(({message}, index) => [message, index]))
  return entries.flatMap(({message}, index): [Message, Message][] => {
    const {parent} = message
    if (parent !== null && (lastPlace.get(parent) ?? -1) > index) return [[parent, message]]
    const next = entries[index + 1]?.message
    if (next === undefined || message.committed === null || next.committed === null) return []
    if (isAbove(next, message) || isAbove(message, next)) return []
    return isBefore(next.committed, message.committed) ? [[next, message]] : []
  })
}
