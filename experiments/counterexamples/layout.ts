/**
 * Where the moments of a picture stand: time runs downwards, every moment has a row of its own, as high as its label is
 * long, so that no label meets another. Long waits are drawn shorter than they were, and marked. Rule CX6.
 */
import type {Stretch} from './bands.ts'
import type {Mark, Picture} from './picture.ts'

export const AXIS_WIDTH = 62
export const HEAD_HEIGHT = 52
export const FOOT_HEIGHT = 14
export const LINE_HEIGHT = 15
const ROW_HEIGHT = 30
const LANE_LEAST = 98
const LANE_MOST = 190
/** Of the line of the lane from the left edge of the lane. */
const LINE_AT = 24
const CHARACTER_WIDTH = 6.6
/** A wait of ten times the length is so much higher. */
const DECADE_HEIGHT = 11
/** Waits of this length and more are marked as folded. */
const FOLDED_MS = 1_000

export type Row = {readonly mark: Mark; readonly y: number; readonly lines: readonly string[]}
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

export function layoutOf({lanes, marks}: Picture, widthPx: number): Layout {
  const room = (widthPx - AXIS_WIDTH) / Math.max(1, lanes.length)
  const laneWidth = Math.round(Math.min(LANE_MOST, Math.max(LANE_LEAST, room)))
  const rows: Row[] = []
  const folds: Fold[] = []
  let y = HEAD_HEIGHT
  for (const [index, mark] of marks.entries()) {
    const lines = wrapped(mark.label, Math.floor((laneWidth - LINE_AT - 10) / CHARACTER_WIDTH))
    const before = rows.at(-1)
    const waitMs = before === undefined ? 0 : mark.at - before.mark.at
    const above = before === undefined ? ROW_HEIGHT / 2 : ROW_HEIGHT + (before.lines.length - 1) * LINE_HEIGHT
    y += above + (index === 0 ? 0 : DECADE_HEIGHT * Math.log10(1 + waitMs))
    if (waitMs >= FOLDED_MS) {
      folds.push({y: y - (DECADE_HEIGHT * Math.log10(1 + waitMs)) / 2 - ROW_HEIGHT / 2, ms: waitMs})
    }
    rows.push({mark, y, lines})
  }
  const last = rows.at(-1)
  const height = y + ROW_HEIGHT / 2 + ((last?.lines.length ?? 1) - 1) * LINE_HEIGHT + FOOT_HEIGHT
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
