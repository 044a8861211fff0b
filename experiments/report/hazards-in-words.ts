/** The hazards of a run in the words and columns of a terminal, Markdown and HTML alike. */
import {CONFLICT_RULES} from '#protocol/conflict.ts'
import {HAZARDS} from '../hazards/hazard.ts'
import type {Combined, Cost, HazardNumbers, HazardRow} from './hazards-in-numbers.ts'

export const NONE = '–'

/** `20 of 20 [83, 100 %]`: how many cells, and the exact 95 % interval of the share. */
export function sayShown(numbers: HazardNumbers | null): string {
  if (numbers === null) return NONE
  const {count, of, interval} = numbers.shown
  return `${count} of ${of} [${percent(interval.lower)}, ${percent(interval.upper)} %]`
}

const percent = (share: number): string => String(Number((100 * share).toFixed(1)))

type Unit = {readonly name: string; readonly size: number}
const ONE: Unit = {name: '', size: 1}

/** The unit of the difference is that of its interval. */
const UNITS: Readonly<Record<Cost, (size: number) => Unit>> = {
  sendMs: (ms) => (ms >= 1_000 ? {name: ' s', size: 1_000} : {name: ' ms', size: 1}),
  requests: () => ONE,
  answerBytes: (bytes) => (bytes >= 1_000 ? {name: ' kB', size: 1_000} : {name: ' B', size: 1}),
}

/** `+1.4 [1.4, 1.5] kB`: what a cell under the cure costs more, of the medians. */
export function sayMore(cost: Cost, {more, disease, cure}: HazardRow): string {
  const comparison = more[cost]
  if (comparison === null) return cost === 'sendMs' && isRefused(disease, cure) ? 'not sent' : NONE
  const {difference, interval} = comparison
  const unit = UNITS[cost](Math.abs(difference))
  const say = (value: number) => {
    const said = value / unit.size
    const rounded = Number(said.toFixed(Math.abs(said) >= 100 ? 0 : 1))
    return rounded < 0 ? `−${-rounded}` : String(rounded)
  }
  const sign = difference > 0 ? '+' : ''
  return `${sign}${say(difference)} [${say(interval.lower)}, ${say(interval.upper)}]${unit.name}`
}

/** It was committed, and under the cure it never was. */
const isRefused = (disease: HazardNumbers | null, cure: HazardNumbers | null): boolean =>
  disease !== null && cure !== null && disease.sendMs !== null && cure.sendMs === null

export const HAZARD_COLUMNS = [
  {title: 'hazard', say: ({hazard}: HazardRow) => hazard},
  {title: 'on', say: ({platform}: HazardRow) => platform},
  {title: 'shown [95 %]', say: ({disease}: HazardRow) => sayShown(disease)},
  {title: 'cure', say: ({cureInWords}: HazardRow) => cureInWords},
  {title: 'shown under it [95 %]', say: ({cure}: HazardRow) => sayShown(cure)},
  {title: 'send later by [95 %]', say: (row: HazardRow) => sayMore('sendMs', row)},
  {title: 'more requests', say: (row: HazardRow) => sayMore('requests', row)},
  {title: 'more bytes', say: (row: HazardRow) => sayMore('answerBytes', row)},
] as const

export type Tone = 'good' | 'bad' | 'warn'

/** Of a disease nothing is well or ill: it is what it was to be. Of a cure every cell counts. */
export const toneOfCure = ({shown}: HazardNumbers): Tone => (shown.count === 0 ? 'good' : 'bad')
export const toneOf = ({shown, of}: Pick<Combined, 'shown' | 'of'>): Tone =>
  shown === 0 ? 'good' : shown === of ? 'bad' : 'warn'

export const sayCombined = (combined: Combined | undefined): string =>
  combined === undefined ? NONE : `${combined.shown}/${combined.of}`

export type MatrixRow = {
  readonly hazard: string
  readonly platform: string
  readonly rule: string
  /** By remedy. */
  readonly cells: ReadonlyMap<string, Combined>
}

export function matrixRows(matrix: readonly Combined[]): readonly MatrixRow[] {
  const groups = Map.groupBy(matrix, ({hazard, platform, rule}) => JSON.stringify([hazard, platform, rule]))
  const rows = [...groups.values()].flatMap((cells): MatrixRow[] => {
    const [first] = cells
    if (first === undefined) return []
    const {hazard, platform, rule} = first
    return [{hazard, platform, rule, cells: new Map(cells.map((cell) => [cell.remedy, cell]))}]
  })
  const rules: readonly string[] = CONFLICT_RULES
  const placeOfRule = ({rule}: MatrixRow) => rules.indexOf(rule)
  return rows.toSorted((a, b) => placeOfHazard(a) - placeOfHazard(b) || placeOfRule(a) - placeOfRule(b))
}

const placeOfHazard = ({hazard}: MatrixRow): number => HAZARDS.findIndex((name) => name === hazard)

export const remediesIn = (matrix: readonly Combined[]): readonly string[] => {
  const named = [...new Set(matrix.map(({remedy}) => remedy))]
  return named.toSorted((a, b) => placeOf(a) - placeOf(b))
}

const ORDER = ['none', 'warn-first', 'refetch-first', 'idempotent', 'if-match', 'content+resume']
const placeOf = (remedy: string): number => (ORDER.includes(remedy) ? ORDER.indexOf(remedy) : ORDER.length)

/** `20 of 20`, for what is narrow. */
export const sayCount = (numbers: HazardNumbers | null): string =>
  numbers === null ? NONE : `${numbers.shown.count} of ${numbers.shown.of}`
