/**
 * Where the moments of a picture stand: time runs downwards, every moment has a row of its own, as high as its label is
 * long, so that no label meets another. Long waits are drawn shorter than they were, and marked. Rule CX6.
 */
import type {Stretch} from './bands.ts'
import type {Mark} from './marks.ts'
import type {Picture} from './picture.ts'

export const AXIS_WIDTH = 66
export const HEAD_HEIGHT = 52
export const FOOT_HEIGHT = 14
export const LINE_HEIGHT = 15
const HALF_LINE = 11
/** Between the labels of two moments. */
const GAP = 8
/** How far a label that makes way for an arrow is off its moment. */
export const ASIDE = 9
const LANE_LEAST = 98
const LANE_MOST = 210
/** Of the line of the lane from the left edge of the lane. */
const LINE_AT = 22
/** At 12.5 px; what is bold is wider. */
const CHARACTER_WIDTH = {plain: 6.6, bold: 7.3} as const
/** A wait of ten times the length is so much higher. */
const DECADE_HEIGHT = 11
/** Waits of this length and more are marked as folded. */
const FOLDED_MS = 1_000

/** Where a label stands clear of the arrows of its moment. */
export type Side = 'right' | 'above' | 'below' | 'left'
export type Row = {
  readonly mark: Mark
  readonly y: number
  readonly lines: readonly string[]
  readonly side: Side
  /** How far the label reaches above and below the moment. */
  readonly above: number
  readonly below: number
}
export type Fold = {readonly y: number; readonly ms: number}

export type Layout = {
  readonly width: number
  readonly height: number
  readonly laneWidth: number
  readonly rows: readonly Row[]
  readonly folds: readonly Fold[]
  /** Of the line of the lane. */
  readonly xOf: (lane: string) => number
  readonly yOf: (at: number) => number
  readonly rowOf: (mark: Mark) => Row
}

export function layoutOf(picture: Picture, widthPx: number): Layout {
  const {lanes, marks} = picture
  const room = (widthPx - AXIS_WIDTH) / Math.max(1, lanes.length)
  const laneWidth = Math.round(Math.min(LANE_MOST, Math.max(LANE_LEAST, room)))
  const rows: Row[] = []
  const folds: Fold[] = []
  let y = HEAD_HEIGHT
  for (const mark of marks) {
    const characters = Math.floor(
      (laneWidth - LINE_AT - 12) / CHARACTER_WIDTH[mark.broken ? 'bold' : 'plain'],
    )
    const lines = wrapped(mark.label, characters)
    const side = sideOf(mark, picture)
    const [above, below] = reach(lines.length, side)
    const before = rows.at(-1)
    const waitMs = before === undefined ? 0 : mark.at - before.mark.at
    const wait = DECADE_HEIGHT * Math.log10(1 + waitMs)
    if (waitMs >= FOLDED_MS && before !== undefined)
      folds.push({y: (before.y + before.below + y + before.below + GAP + wait) / 2, ms: waitMs})
    y += (before?.below ?? 0) + (before === undefined ? 0 : GAP + wait) + above
    rows.push({mark, y, lines, side, above, below})
  }
  const last = rows.at(-1)
  const height = y + (last?.below ?? 0) + GAP + FOOT_HEIGHT
  const places = new Map(lanes.map(({name}, index) => [name, AXIS_WIDTH + index * laneWidth + LINE_AT]))
  const byMark = new Map(rows.map((row) => [row.mark, row]))
  return {
    width: AXIS_WIDTH + lanes.length * laneWidth,
    height: Math.ceil(height),
    laneWidth,
    rows,
    folds,
    xOf: (lane) => places.get(lane) ?? AXIS_WIDTH,
    yOf: (at) => between(rows, at),
    rowOf: (mark) => {
      const row = byMark.get(mark)
      if (row === undefined) throw new TypeError('a mark that is in no row')
      return row
    },
  }
}

/** To the right, unless arrows come or go there; to the left only where none comes from and another lane is. */
function sideOf(mark: Mark, {arrows, never, lanes}: Picture): Side {
  const place = (lane: string) => lanes.findIndex(({name}) => name === lane)
  const here = place(mark.lane)
  const leaving = [
    ...arrows.filter(({from}) => from === mark).map(({to}) => place(to.lane)),
    ...never.filter(({from}) => from === mark).map(({lane}) => place(lane)),
  ]
  const coming = arrows.filter(({to}) => to === mark).map(({from}) => place(from.lane))
  const leavesRight = leaving.some((lane) => lane > here)
  const comesFromRight = coming.some((lane) => lane > here)
  if (!leavesRight && !comesFromRight) return 'right'
  if (!comesFromRight) return 'above'
  if (!leavesRight) return 'below'
  // What leaves to the left goes down there, below the label.
  return here > 0 && coming.every((lane) => lane > here) ? 'left' : 'right'
}

function reach(lines: number, side: Side): readonly [above: number, below: number] {
  const more = (lines - 1) * LINE_HEIGHT
  if (side === 'above') return [HALF_LINE + ASIDE + more, HALF_LINE]
  if (side === 'below') return [HALF_LINE, HALF_LINE + ASIDE + more]
  return [HALF_LINE, HALF_LINE + more]
}

export const heightOf = ({from, to}: Stretch, {yOf}: Layout): number => Math.max(0, yOf(to) - yOf(from))

function between(rows: readonly Row[], at: number): number {
  const after = rows.findIndex(({mark}) => mark.at >= at)
  const [upper, lower] = [rows[after - 1], rows[after]]
  if (after === -1) return rows.at(-1)?.y ?? HEAD_HEIGHT
  if (upper === undefined || lower === undefined) return lower?.y ?? HEAD_HEIGHT
  const share = (at - upper.mark.at) / (lower.mark.at - upper.mark.at)
  return upper.y + share * (lower.y - upper.y)
}

/** Breaks between words, never within one. */
export function wrapped(text: string, most: number): readonly string[] {
  const lines: string[] = []
  for (const word of text.split(' ')) {
    const last = lines.at(-1)
    if (last !== undefined && last.length + 1 + word.length <= most)
      lines[lines.length - 1] = `${last} ${word}`
    else lines.push(word)
  }
  return lines
}
