/**
 * The fewest events of a history that still break a guarantee in the same place and the same words. First a slice is
 * guessed that the violation's own lines suggest; what it holds is taken away message by message and event by event.
 * Pure and deterministic: bounded by how many events are judged, not by a clock. Rules CX1–CX3.
 */
import type {Violation} from '../checkers/verdict.ts'
import type {GuaranteeName} from '../guarantees/guarantee.ts'
import {guaranteesOf} from '../guarantees/guarantees-of.ts'
import type {StalenessLimits} from '../guarantees/guarantees-of.ts'
import type {History} from '../history/history-event.ts'
import {fewest, isSame} from './fewest.ts'
import {slicesOf} from './slices.ts'

export type CounterExample = {
  readonly guarantee: GuaranteeName
  /** Its lines are those of the whole history's file. */
  readonly violation: Violation
  readonly whole: History
  /** Events keep the numbers of their lines; header and footer are the whole's. */
  readonly smallest: History
  /** No single event or message of it can go. False where judging was ended by CX3. */
  readonly isMinimal: boolean
}

const WITHOUT_LIMITS: StalenessLimits = {commitsBehind: null, visible: null}

/** Of the weakest guarantee that is broken, unless another is asked for. Null where it is not broken. */
export function counterExampleOf(
  whole: History,
  asked: GuaranteeName | null = null,
  limits: StalenessLimits = WITHOUT_LIMITS,
): CounterExample | null {
  const {weakest, of, broken} = guaranteesOf(whole, limits)
  const guarantee = asked ?? weakest
  const verdict = guarantee === null ? null : of[guarantee]
  if (guarantee === null || verdict?.verdict !== 'invalid') return null
  const [violation] = verdict.because
  if (violation === undefined) return null

  const {events, isMinimal} = fewest(whole, slicesOf(whole, violation), (some) => {
    const now = guaranteesOf({...whole, events: some}, limits)
    const found = now.of[guarantee]
    if (found.verdict !== 'invalid' || now.broken.some((name) => !broken.includes(name))) return false
    return found.because.some((each) => isSame(each, violation))
  })
  return {guarantee, violation, whole, smallest: {...whole, events}, isMinimal}
}

/** The smallest history of {@link counterExampleOf}. Throws TypeError where the guarantee is not broken. */
export function minimise(history: History, guarantee: GuaranteeName, limits = WITHOUT_LIMITS): History {
  const found = counterExampleOf(history, guarantee, limits)
  if (found === null) throw new TypeError(`${guarantee} is not broken in this history`)
  return found.smallest
}
