/** The hazards of a run in the words and columns of a terminal, Markdown and HTML alike. */
import type {Interval} from '../statistics/resample.ts'
import type {Comparison} from '../statistics/compare.ts'
import {sayMs} from './format.ts'
import type {Combined, Cost, HazardNumbers, HazardRow} from './hazards-in-numbers.ts'

export const NONE = '–'

/** `20 of 20 [83, 100 %]`: how many cells, and the exact 95 % interval of the share. */
export function sayShown(numbers: HazardNumbers | null): string {
  if (numbers === null) return NONE
  const {count, of, interval} = numbers.shown
  return `${count} of ${of} [${percent(interval.lower)}, ${percent(interval.upper)} %]`
}

const percent = (share: number): string => String(Number((100 * share).toFixed(1)))

const SAY: Readonly<Record<Cost, (value: number) => string>> = {
  sendMs: sayMs,
  requests: (count) => String(Number(count.toFixed(1))),
  answerBytes: (bytes) => sayKilobytes(bytes),
}

/** `+1 [1, 2]`: what a cell under the cure costs more, of the medians. */
export function sayMore(cost: Cost, more: Comparison | null): string {
  if (more === null) return cost === 'sendMs' ? 'not sent' : NONE
  const {difference, interval} = more
  const say = SAY[cost]
  const sign = difference > 0 ? '+' : ''
  return `${sign}${say(difference)} ${sayInterval(interval, say)}`
}

const sayInterval = ({lower, upper}: Interval, say: (value: number) => string): string =>
  `[${say(lower)}, ${say(upper)}]`

const sayKilobytes = (bytes: number): string =>
  Math.abs(bytes) < 1_000 ? `${Math.round(bytes)} B` : `${Number((bytes / 1_000).toFixed(1))} kB`

export const HAZARD_COLUMNS = [
  {title: 'hazard', say: ({hazard}: HazardRow) => hazard},
  {title: 'on', say: ({platform}: HazardRow) => platform},
  {title: 'shown [95 %]', say: ({disease}: HazardRow) => sayShown(disease)},
  {title: 'cure', say: ({cureInWords}: HazardRow) => cureInWords},
  {title: 'shown under it [95 %]', say: ({cure}: HazardRow) => sayShown(cure)},
  {title: 'send later by [95 %]', say: ({more}: HazardRow) => sayMore('sendMs', more.sendMs)},
  {title: 'more requests', say: ({more}: HazardRow) => sayMore('requests', more.requests)},
  {title: 'more bytes', say: ({more}: HazardRow) => sayMore('answerBytes', more.answerBytes)},
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
  return [...groups.values()].flatMap((cells): MatrixRow[] => {
    const [first] = cells
    if (first === undefined) return []
    const {hazard, platform, rule} = first
    return [{hazard, platform, rule, cells: new Map(cells.map((cell) => [cell.remedy, cell]))}]
  })
}

export const remediesIn = (matrix: readonly Combined[]): readonly string[] => {
  const named = [...new Set(matrix.map(({remedy}) => remedy))]
  return named.toSorted((a, b) => placeOf(a) - placeOf(b))
}

const ORDER = ['none', 'warn-first', 'refetch-first', 'idempotent', 'if-match', 'content+resume']
const placeOf = (remedy: string): number => (ORDER.includes(remedy) ? ORDER.indexOf(remedy) : ORDER.length)

/** `20 of 20`, for what is narrow. */
export const sayCount = (numbers: HazardNumbers | null): string =>
  numbers === null ? NONE : `${numbers.shown.count} of ${numbers.shown.of}`
