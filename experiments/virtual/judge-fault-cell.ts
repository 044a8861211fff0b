/**
 * Judges a cell of random faults by the checkers that judge real tabs (nothing doubled, moved, gone again, sent twice, called
 * complete when it was not), and by what a healed network has to bring about: every tab shows the server's path and
 * nothing else. Rules VT6–VT7.
 */
import type {Checker} from '../checkers/checker.ts'
import {duplicated} from '../checkers/duplicated.ts'
import {faultWitnesses} from '../checkers/fault-witness.ts'
import {committedMessages, openedTabs} from '../checkers/message.ts'
import {monotonicViews} from '../checkers/monotonic-views.ts'
import {recoveredHonestly} from '../checkers/recovered.ts'
import {reordered} from '../checkers/reordered.ts'
import type {Violation} from '../checkers/verdict.ts'
import type {History} from '../history/history-event.ts'
import {differencesFrom} from './freshness.ts'

/** The reading of each tab once it had its time to recover. */
export const AFTER_HEAL = 'after-heal'

export type CellJudgement = {
  readonly violations: readonly Violation[]
  /** Of messages and tabs: not shown, or not whole, after everything healed. */
  readonly lost: number
  readonly doubled: number
  readonly reordered: number
  readonly faultsThatBit: number
  readonly messages: number
}

export function judgeFaultCell(history: History): CellJudgement {
  const lost = lostIn(history)
  const twice = becauseOf(duplicated, history)
  const wrongWay = becauseOf(reordered, history)
  const violations = [
    ...lost,
    ...twice,
    ...wrongWay,
    ...becauseOf(monotonicViews, history),
    ...becauseOf(recoveredHonestly, history),
    ...unknownEnds(history),
  ]
  const faults = history.events.flatMap((line) => (line.kind === 'fault' ? [line.event] : []))
  return {
    violations,
    lost: lost.length,
    doubled: twice.length,
    reordered: wrongWay.length,
    faultsThatBit: faultWitnesses(faults).filter(({bit}) => bit).length,
    messages: committedMessages(history).size,
  }
}

function becauseOf(checker: Checker, history: History): readonly Violation[] {
  const verdict = checker(history)
  if (verdict.verdict === 'invalid') return verdict.because
  if (verdict.verdict === 'valid') return []
  return [{rule: 'VT6', tab: '', lines: [], note: `it cannot be judged: ${verdict.why}`}]
}

function lostIn(history: History): readonly Violation[] {
  const served = history.events.findLast((line) => line.kind === 'server-view')
  if (served?.kind !== 'server-view')
    return [{rule: 'VT6', tab: '', lines: [], note: 'the server could not be read in the end'}]
  const lines = new Map([...committedMessages(history).values()].map(({id, line}) => [id, line]))
  return openedTabs(history).flatMap(({tab}): readonly Violation[] => {
    const reading = history.events.findLast(
      (line) =>
        line.kind === 'witness' &&
        line.tab === tab &&
        line.event.kind === 'reading' &&
        line.event.label === AFTER_HEAL,
    )
    if (reading?.kind !== 'witness' || reading.event.kind !== 'reading')
      return [{rule: 'VT6', tab, lines: [], note: 'it was not read in the end'}]
    return differencesFrom(served.view, reading.event.view).map(({id, note}) => {
      const committed = lines.get(id)
      const proof = committed === undefined ? [served.line] : [committed, served.line]
      return {rule: 'VT6', tab, lines: [...proof, reading.line], note}
    })
  })
}

/** A deed that did not end within the time to recover. */
const unknownEnds = ({events}: History): readonly Violation[] =>
  events.flatMap((line) =>
    line.kind === 'step' && line.phase === 'ended' && line.outcome === 'not-met' && line.do !== 'recover'
      ? [{rule: 'VT6', tab: line.tab ?? '', lines: [line.line], note: line.note ?? `${line.do} never ended`}]
      : [],
  )
