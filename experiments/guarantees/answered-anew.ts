/**
 * Whether a tab's view that ends at a prompt may lack the answers that were there: its person had another one written, in
 * any tab, of which this tab has shown nothing yet. Rule SG2.
 */
import {isBefore} from './operation.ts'
import type {Message, Moment, Operations, View} from './operation.ts'
import type {Scope} from './session.ts'

export type AnsweredAnew = (view: View, moment: Moment) => boolean

export function answeredAnew(scope: Scope, {timeline}: Operations): AnsweredAnew {
  if (scope === 'person') return () => false
  const firstAsked = new Map<Message, Map<string, Moment>>()
  const answers = new Map<Message, Message[]>()
  for (const operation of timeline) {
    if (operation.kind === 'begin' && operation.message.parent !== null)
      answers.getOrInsertComputed(operation.message.parent, () => []).push(operation.message)
    if (operation.kind !== 'act' || operation.act !== 'regenerated' || operation.parent === null) continue
    const asked = firstAsked.getOrInsertComputed(operation.parent, () => new Map<string, Moment>())
    if (!asked.has(operation.tab.personId)) asked.set(operation.tab.personId, operation)
  }
  return ({last, tab}, moment) => {
    const asked = last === null ? undefined : firstAsked.get(last)?.get(tab.personId)
    if (last === null || asked === undefined || !isBefore(asked, moment)) return false
    return (answers.get(last) ?? []).some((answer) => {
      const saw = tab.saw.get(answer)
      const isAfter = answer.begun !== null && isBefore(asked, answer.begun)
      return isAfter && (saw === undefined || isBefore(moment, saw))
    })
  }
}
