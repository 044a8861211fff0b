/** How many mutants of recorded histories change the outcome, and for how many of those the right rules fire. */
import type {History} from '../history/history-event.ts'
import {seededDraw} from '../statistics/resample.ts'
import type {GuaranteeName} from './guarantee.ts'
import {guaranteesOf} from './guarantees-of.ts'
import type {StalenessLimits} from './guarantees-of.ts'
import {DAMAGES, mutantOf} from './mutants.ts'
import {oracle} from './oracle.ts'
import {recordedFiles, recordedHistory} from './recorded.ts'

/** Recorded tabs are as stale as their cells made them: only damage is judged here. */
const LIMITS: StalenessLimits = {commitsBehind: null, visible: null}

export type Score = {
  mutants: number
  /** The history contradicts itself: unknown, which is right and is none of the rules. */
  refused: number
  /** The definitions say of it what they did not say of the original. */
  changed: number
  /** The checkers say exactly what the definitions say. */
  right: number
  /** One of the rules that the damage is made to break is among what broke anew. */
  asMeant: number
}

export type Scores = {
  readonly byDamage: ReadonlyMap<string, Score>
  readonly cells: number
  /** Where the checkers say something else than the definitions, in words. */
  readonly wrong: readonly string[]
}

export type Extent = {
  readonly cells: number
  readonly mutantsEach: number
  /** Of the steps in which an answer grows every so many-th is kept. */
  readonly keepEvery: number
  readonly seed: number
}

/** Takes valid cells evenly out of all kinds; the same extent gives the same scores of the same run. */
export function mutationScores({cells, mutantsEach, keepEvery, seed}: Extent): Scores {
  const files = recordedFiles()
  const byDamage = new Map(Object.keys(DAMAGES).map((name) => [name, newScore()]))
  const wrong: string[] = []
  const draw = seededDraw(seed)
  let used = 0
  // Golden steps visit every file once and are spread out wherever they end.
  const stride = strideOver(files.length)
  for (let n = 0; used < cells && n < files.length; n += 1) {
    const file = files[(n * stride) % files.length]
    const history = file === undefined ? null : recordedHistory(file, keepEvery)
    if (history === null || guaranteesOf(history, LIMITS).verdict !== 'valid') continue
    used += 1
    for (const [name, damage] of Object.entries(DAMAGES)) {
      const score = byDamage.get(name) ?? newScore()
      for (let each = 0; each < mutantsEach; each += 1) {
        const mutant = mutantOf(history, damage, draw)
        const difference = mutant && scored(mutant, score, damage.breaks)
        if (difference) wrong.push(`${name} in ${file}: ${difference}`)
      }
    }
  }
  return {byDamage, cells: used, wrong}
}

const newScore = (): Score => ({mutants: 0, refused: 0, changed: 0, right: 0, asMeant: 0})

/** Returns how checkers and definitions differ, or null. The original broke nothing. */
function scored(mutant: History, score: Score, meant: readonly GuaranteeName[]): string | null {
  score.mutants += 1
  const {broken, refused} = guaranteesOf(mutant, LIMITS)
  if (refused !== null) {
    score.refused += 1
    return null
  }
  const findings = oracle(mutant, LIMITS)
  const ought = (Object.keys(findings) as GuaranteeName[]).filter((rule) => findings[rule].length > 0)
  const isRight = ought.toSorted().join() === broken.toSorted().join()
  if (ought.length > 0) {
    score.changed += 1
    if (isRight) score.right += 1
    if (meant.length === 0 || meant.some((rule) => broken.includes(rule))) score.asMeant += 1
  }
  return isRight ? null : `${broken.join() || 'nothing'} instead of ${ought.join() || 'nothing'}`
}

function strideOver(count: number): number {
  let stride = Math.max(1, Math.round(count * 0.618))
  while (greatestCommon(stride, count) > 1) stride += 1
  return stride
}

const greatestCommon = (a: number, b: number): number => (b === 0 ? a : greatestCommon(b, a % b))

export function sumOf({byDamage}: Scores): Score {
  const sum = newScore()
  for (const score of byDamage.values())
    for (const name of Object.keys(sum) as (keyof Score)[]) sum[name] += score[name]
  return sum
}
