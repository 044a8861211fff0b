/**
 * What there is to be told of a judged cell: the hazard that showed in it, and the guarantees that it broke and that nobody
 * predicts to be broken. Each with its words and its drawing. Rules CX5–CX8.
 */
import type {CellJudgement} from '../checkers/judge.ts'
import {GUARANTEES} from '../guarantees/guarantee.ts'
import type {GuaranteeName} from '../guarantees/guarantee.ts'
import type {History} from '../history/history-event.ts'
import {hazardExampleOf} from './hazard-example.ts'
import {hazardInWords} from './hazard-words.ts'
import {inWords} from './in-words.ts'
import {counterExampleOf} from './minimise.ts'
import {GUARANTEE_NAMES} from './sayings.ts'
import {diagramOfHazard, spaceTimeDiagram} from './space-time-diagram.ts'

export type ToldExample = {
  /** The hazard, or what is broken: `silent fork`, `no duplicate is broken`. */
  readonly about: string
  readonly rule: string
  readonly words: readonly string[]
  /** Of the cell's history file, in the order of the story. */
  readonly lines: readonly number[]
  /** The text of an `<svg>` element whose colours are the variables of the report's page. */
  readonly diagram: string
  /** How many events of how many are enough to prove it. */
  readonly events: {readonly enough: number; readonly of: number}
  readonly isMinimal: boolean
}

export const isTold = (judgement: CellJudgement): boolean =>
  judgement.hazard?.isShown === true || namesIn(judgement).length > 0

/** Of a surprise that breaks no promise the weakest guarantee that it broke. */
function namesIn({brokenPromises, outcome, hazard, guarantees}: CellJudgement): readonly GuaranteeName[] {
  if (brokenPromises.length > 0) return brokenPromises
  const weakest = guarantees?.weakest ?? null
  return outcome === 'SURPRISE' && hazard === null && weakest !== null ? [weakest] : []
}

/** The hazard first. A cell of which nothing is to be told has none. */
export function toldOf(history: History, judgement: CellJudgement): readonly ToldExample[] {
  const {hazard} = judgement
  const [proof] = hazard?.because ?? []
  const shown = hazard === null || proof === undefined ? null : toldHazard(history, hazard.hazard, proof.rule)
  return [
    ...(shown === null ? [] : [shown]),
    ...namesIn(judgement).flatMap(
      (name) => toldGuarantee(history, name, `${GUARANTEE_NAMES[name]} is broken`) ?? [],
    ),
  ]
}

type Hazard = NonNullable<CellJudgement['hazard']>['hazard']

function toldHazard(history: History, hazard: Hazard, rule: string): ToldExample | null {
  const guarantee = guaranteeOf(rule)
  if (guarantee !== null) return toldGuarantee(history, guarantee, hazard)
  const example = hazardExampleOf(history, hazard)
  if (example === null) return null
  return {
    about: hazard,
    rule: example.violation.rule,
    words: hazardInWords(example),
    diagram: diagramOfHazard(example),
    ...evidenceOf(example),
  }
}

function guaranteeOf(rule: string): GuaranteeName | null {
  const known = Object.entries(GUARANTEES) as [GuaranteeName, string][]
  return known.find(([, own]) => own === rule)?.[0] ?? null
}

function toldGuarantee(history: History, name: GuaranteeName, about: string): ToldExample | null {
  const example = counterExampleOf(history, name)
  if (example === null) return null
  return {
    about,
    rule: GUARANTEES[name],
    words: inWords(example),
    diagram: spaceTimeDiagram(example),
    ...evidenceOf(example),
  }
}

type Example = {
  readonly violation: {readonly lines: readonly number[]}
  readonly whole: History
  readonly smallest: History
  readonly isMinimal: boolean
}

const evidenceOf = ({violation, whole, smallest, isMinimal}: Example) => ({
  lines: violation.lines,
  events: {enough: smallest.events.length, of: whole.events.length},
  isMinimal,
})
