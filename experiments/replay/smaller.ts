/**
 * What of a script could be smaller: a tab, a step, a fault less, a shorter wait or outage, fewer words, a tab that is
 * visible, one device. The boldest first; everything makes sense. Pure. Rules RP6, RP7.
 */
import type {FaultSchedule, ScheduledFault} from '../history/fault.ts'
import type {Step} from '../scenario/step.ts'
import {sensible, type Script} from './sense.ts'
import {without} from './shrink.ts'

/** Each once, each smaller than `script`. */
export function smallerThan(script: Script): readonly Script[] {
  const {steps, schedule} = script
  const tried = [
    ...(schedule === null ? [] : [{steps, schedule: null}]),
    ...opensOf(steps).map(({index}) => ({steps: steps.toSpliced(index, 1), schedule})),
    ...fewerSteps(steps).map((fewer) => ({steps: fewer, schedule})),
    ...(schedule === null ? [] : without(schedule).map((fewer) => ({steps, schedule: fewer}))),
    {steps: steps.map(least), schedule},
    ...steps
      .flatMap((step, index) => plainer(step, steps).map((each) => steps.with(index, each)))
      .map(withSchedule),
    ...(schedule === null ? [] : shorter(schedule).map((each) => ({steps, schedule: each}))),
  ]
  const mine = weightOf(script)
  const known = new Map<string, Script>()
  for (const each of tried) {
    const left = sensible(each)
    if (left === null || !isLess(weightOf(left), mine)) continue
    const key = keyOf(left)
    if (!known.has(key)) known.set(key, left)
  }
  return [...known.values()]

  function withSchedule(changed: readonly Step[]): Script {
    return {steps: changed, schedule}
  }
}

export const keyOf = (script: Script): string => JSON.stringify(script)

/** The last first: a tab that was opened for others is needed least. */
const opensOf = (steps: readonly Step[]) =>
  steps.flatMap((step, index) => (step.do === 'open' ? [{step, index}] : [])).toReversed()

/** Of a script whose tabs do nothing there is nothing to see. */
function fewerSteps(steps: readonly Step[]): readonly (readonly Step[])[] {
  const others = steps.filter((step) => step.do !== 'open')
  return without(others)
    .filter((kept) => kept.length > 0)
    .map((kept) => steps.filter((step) => step.do === 'open' || kept.includes(step)))
}

/** Shorter than that it shows nothing that it did not show. A deadline that is cut too short would make a finding by itself. */
const LEAST = {words: 1, count: 1, everyMs: 0, forMs: 0, toMs: 0, chars: 0, upToMs: 2_000} as const
type Amount = keyof typeof LEAST
const AMOUNTS = Object.keys(LEAST) as Amount[]

const amountsOf = (step: Step): readonly (readonly [Amount, number])[] =>
  AMOUNTS.flatMap((name) => {
    const value: unknown = Object.getOwnPropertyDescriptor(step, name)?.value
    return typeof value === 'number' && value > LEAST[name] ? [[name, value] as const] : []
  })

const least = (step: Step): Step => ({
  ...step,
  ...Object.fromEntries(amountsOf(step).map(([name]) => [name, LEAST[name]])),
})

/** The same step with less of one thing. */
function plainer(step: Step, steps: readonly Step[]): readonly Step[] {
  const fewer = amountsOf(step).flatMap(([name, value]) => {
    const half = Math.floor(value / 2)
    const values = half > LEAST[name] ? [LEAST[name], half] : [LEAST[name]]
    return values.map((amount): Step => ({...step, [name]: amount}))
  })
  if (step.do !== 'open') return fewer
  const [first] = steps.filter((each) => each.do === 'open')
  return [
    ...fewer,
    ...(step.state === 'visible' ? [] : [{...step, state: 'visible' as const}]),
    ...(first === undefined || first.device === step.device ? [] : [{...step, device: first.device}]),
  ]
}

const SHORTEST_MS = 50

/** One fault stands half as long, or begins in half the time. */
const shorter = (schedule: FaultSchedule): readonly FaultSchedule[] =>
  schedule.flatMap((entry, index) =>
    [halved(entry), sooner(entry)].flatMap((each) => (each === null ? [] : [schedule.with(index, each)])),
  )

function halved(entry: ScheduledFault): ScheduledFault | null {
  if (entry.healAtMs === null) return null
  const half = Math.floor((entry.healAtMs - entry.atMs) / 2)
  return half < SHORTEST_MS ? null : {...entry, healAtMs: entry.atMs + half}
}

function sooner(entry: ScheduledFault): ScheduledFault | null {
  const byMs = Math.ceil(entry.atMs / 2)
  if (byMs === 0) return null
  return {...entry, atMs: entry.atMs - byMs, healAtMs: entry.healAtMs === null ? null : entry.healAtMs - byMs}
}

/** What makes a script hard to read, the worst first. */
export function weightOf({steps, schedule}: Script): readonly number[] {
  const opens = steps.filter((step) => step.do === 'open')
  const faults = schedule ?? []
  const amounts = steps.flatMap((step) => amountsOf(step).map(([, value]) => value))
  const spans = faults.flatMap(({atMs, healAtMs}) => [atMs, healAtMs === null ? 0 : healAtMs - atMs])
  return [
    opens.length,
    steps.length,
    faults.length,
    new Set(opens.map(({device}) => device)).size +
      opens.filter(({device}) => device !== opens[0]?.device).length,
    opens.filter(({state}) => state !== 'visible').length,
    [...amounts, ...spans].reduce((sum, each) => sum + each, 0),
  ]
}

export function isLess(a: readonly number[], b: readonly number[]): boolean {
  const index = a.findIndex((each, place) => each !== b[place])
  return index !== -1 && (a[index] ?? 0) < (b[index] ?? 0)
}
