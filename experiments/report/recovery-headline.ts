/** What a policy did for the tabs that had to recover, in sentences. */
import {sayConditions, splitConditions} from './conditions.ts'
import {plural, sayMs} from './format.ts'
import type {RecoveryInNumbers} from './recovery-in-numbers.ts'
import type {Row} from './summary.ts'

type Recovering = Row & {readonly recoveries: RecoveryInNumbers}

export const isRecovering = (row: Row): row is Recovering => row.recoveries !== undefined

export function sayRecoveries(rows: readonly Recovering[]): string[] {
  const total = (pick: (recovery: RecoveryInNumbers) => number) =>
    rows.reduce((sum, {recoveries}) => sum + pick(recoveries), 0)
  const cells = rows.reduce((sum, row) => sum + row.cells.valid, 0)
  const often = (count: number, what: string) => (count === 0 ? [] : [`${plural(count, what)}.`])
  return [
    ...sayLost(rows, cells),
    ...often(
      total(({doubled}) => doubled),
      'message was shown twice',
    ),
    ...sayFresh(rows),
    ...sayFound(rows),
    ...often(
      total(({falseAlarms}) => falseAlarms),
      'healthy connection destroyed',
    ),
    ...often(
      total(({sentTwice}) => sentTwice),
      'message sent twice',
    ),
    ...often(
      total(({saidComplete}) => saidComplete),
      'view with a cut answer shown as complete',
    ),
    ...sayDrafts(rows),
  ]
}

function sayLost(rows: readonly Recovering[], cells: number): string[] {
  const expected = rows.reduce((sum, {recoveries}) => sum + recoveries.expected, 0)
  const lost = rows.reduce((sum, {recoveries}) => sum + recoveries.lost, 0)
  if (expected === 0) return []
  const inCells = cells === 1 ? 'the one valid cell' : `all ${cells} valid cells`
  if (lost === 0) return [`Nothing was lost, in ${inCells}.`]
  const losing = rows.filter(({recoveries}) => recoveries.lost > 0)
  return [
    lost === expected
      ? `Lost ${expected === 1 ? 'the one message there was' : `all of ${expected} messages`}, in ${inCells}.`
      : `Lost ${lost} of ${plural(expected, 'message')}: ${sayWhere(losing, rows)}.`,
  ]
}

function sayFresh(rows: readonly Recovering[]): string[] {
  const medians = rows.flatMap(({recoveries: {fresh}}) =>
    fresh?.p50.valueMs == null ? [] : [fresh.p50.valueMs],
  )
  if (medians.length === 0) return []
  const [least, most] = [Math.min(...medians), Math.max(...medians)]
  const range = least === most ? sayMs(least) : `${sayMs(least)} to ${sayMs(most)}`
  return [`Fresh after ${range} (medians${medians.length < rows.length ? ', where it came to that' : ''}).`]
}

function sayFound(rows: readonly Recovering[]): string[] {
  return rows.flatMap(({recoveries: {stale}}) => {
    // Where nobody pinged while it was frozen, that nobody found it says nothing.
    if (stale === null || (stale.byPosition === null && stale.pongs === 0)) return []
    if (stale.byPosition !== null && stale.byPosition.p50.valueMs !== null)
      return [
        `The position check found the frozen tab after ${sayMs(stale.byPosition.p50.valueMs)}; ${plural(stale.pongs, 'pong')} said that all was well.`,
      ]
    return [`Nobody found the frozen tab: ${plural(stale.pongs, 'pong')} said that all was well.`]
  })
}

function sayDrafts(rows: readonly Recovering[]): string[] {
  const drafting = rows.filter(({recoveries}) => recoveries.drafts !== null)
  if (drafting.length === 0) return []
  const losing = drafting.filter(({recoveries: {drafts}}) => drafts !== null && drafts.kept < drafts.of)
  return [losing.length === 0 ? 'Every draft was kept.' : `Drafts were lost: ${sayWhere(losing, rows)}.`]
}

function sayWhere(some: readonly Recovering[], among: readonly Recovering[]): string {
  const {varying} = splitConditions(among.map(({conditions}) => conditions))
  const names = varying.filter((name) => name !== 'deadlineMs')
  return some
    .map(({conditions}) =>
      sayConditions(
        conditions,
        names.filter((name) => conditions[name] !== 'visible'),
      ),
    )
    .join('; ')
}
