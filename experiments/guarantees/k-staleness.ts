/**
 * Rule SG22, k-staleness (Bailis and others 2012): by how many commits of its conversation a read was behind. A measure;
 * a limit makes a guarantee of it.
 */
import {Findings} from './guarantee.ts'
import type {GuaranteeChecker} from './guarantee.ts'
import {isWhole} from './operation.ts'
import type {Message, Operation, Operations, View} from './operation.ts'

export type StaleRead = {
  readonly operation: Extract<Operation, {kind: 'view' | 'act' | 'look'}>
  readonly behind: number
}

export type KStaleness = {
  readonly reads: number
  /** How many reads were so many commits behind; index 0 were fresh. What is further behind stands under the last. */
  readonly byBehind: readonly number[]
  readonly maxBehind: number
  /** The most that a tab was behind when its person acted in it. */
  readonly maxBehindAtActs: number
}

const KEPT = 64

export function kStaleness(operations: Operations): KStaleness {
  const byBehind: number[] = []
  let [reads, maxBehind, maxBehindAtActs] = [0, 0, 0]
  eachRead(operations, ({operation, behind}) => {
    reads += 1
    const place = Math.min(behind, KEPT)
    while (byBehind.length <= place) byBehind.push(0)
    byBehind[place] = (byBehind[place] ?? 0) + 1
    maxBehind = Math.max(maxBehind, behind)
    if (operation.kind === 'act') maxBehindAtActs = Math.max(maxBehindAtActs, behind)
  })
  return {reads, byBehind, maxBehind, maxBehindAtActs}
}

export const boundedStaleness =
  (k: number | null): GuaranteeChecker =>
  (operations) => {
    const findings = new Findings('boundedStaleness')
    let [reads, worst] = [0, 0]
    eachRead(operations, ({operation, behind}) => {
      reads += 1
      worst = Math.max(worst, behind)
      if (k === null || behind <= k) return
      const note = `it was ${behind} commits behind, ${k} are allowed`
      findings.add(operation.tab, operation, {tab: operation.tab.name, lines: [operation.line], note})
    })
    return findings.verdict({reads, maxBehind: worst})
  }

function eachRead({timeline}: Operations, tell: (read: StaleRead) => void): void {
  const commits = new Map<string | null, number>()
  /** The how many-th commit of its conversation a message was. */
  const numbers = new Map<Message, number>()
  for (const operation of timeline) {
    if (operation.kind === 'commit') {
      const {message} = operation
      const number = (commits.get(message.conversationId) ?? 0) + 1
      commits.set(message.conversationId, number)
      numbers.set(message, number)
      continue
    }
    if (operation.kind !== 'view' && operation.kind !== 'act' && operation.kind !== 'look') continue
    const view = operation.kind === 'view' ? operation : operation.view
    if (view === null || view.last === null) continue
    const {conversationId} = view.last
    tell({operation, behind: (commits.get(conversationId) ?? 0) - newestIn(view, conversationId, numbers)})
  }
}

/** The number of the newest commit that the view shows whole; 0 where it shows none. */
function newestIn(view: View, conversationId: string | null, numbers: ReadonlyMap<Message, number>): number {
  let newest = 0
  for (const entry of view.entries) {
    if (entry.message.conversationId !== conversationId || !isWhole(entry)) continue
    newest = Math.max(newest, numbers.get(entry.message) ?? 0)
  }
  return newest
}
