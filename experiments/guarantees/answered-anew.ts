/**
 * Whether a view that ends at a prompt is the newest there is: another answer to it had been asked for, and nothing of that
 * was written yet. Rule SG2.
 */
import {isBefore} from './operation.ts'
import type {Message, Moment, Operations, View} from './operation.ts'

export type AnsweredAnew = (view: View, moment: Moment, lacked: Message) => boolean

export function answeredAnew({timeline, isAbove}: Operations): AnsweredAnew {
  const firstAsked = new Map<Message, Map<string, Moment>>()
  const lastBegun = new Map<Message, Moment>()
  for (const operation of timeline) {
    if (operation.kind === 'begin' && operation.message.parent !== null)
      lastBegun.set(operation.message.parent, operation)
    if (operation.kind !== 'act' || operation.act !== 'regenerated' || operation.parent === null) continue
    const asked = firstAsked.getOrInsertComputed(operation.parent, () => new Map<string, Moment>())
    if (!asked.has(operation.tab.personId)) asked.set(operation.tab.personId, operation)
  }
  return ({last, tab}, moment, lacked) => {
    if (last === null || !isAbove(last, lacked)) return false
    const asked = firstAsked.get(last)?.get(tab.personId)
    const begun = lastBegun.get(last)
    if (asked === undefined || begun === undefined) return false
    return isBefore(asked, moment) && isBefore(moment, begun)
  }
}
