/**
 * A position in a topic: `"{unix_ms}-{seq}"`, ordered by (ms, seq); `"0"` is before everything.
 * Observed in one public source; the page treats it as opaque. Rules CE12–CE13.
 */
import * as v from 'valibot'

export const BEGINNING = '0'

const FORM = /^(?:0|\d{1,15}-\d{1,15})$/

export const offset = v.pipe(v.string(), v.regex(FORM))

export type OffsetParts = {readonly ms: number; readonly seq: number}

/** Null when the text is not an offset. */
export function parseOffset(text: string): OffsetParts | null {
  if (!FORM.test(text)) return null
  if (text === BEGINNING) return {ms: 0, seq: -1}
  const dash = text.indexOf('-')
  return {ms: Number(text.slice(0, dash)), seq: Number(text.slice(dash + 1))}
}

export const formatOffset = ({ms, seq}: OffsetParts): string => (seq < 0 ? BEGINNING : `${ms}-${seq}`)

/** Negative when `a` comes before `b`. Both must be offsets; anything else is a mistake of ours. */
export function compareOffsets(a: string, b: string): number {
  const left = parseOffset(a)
  const right = parseOffset(b)
  if (!left || !right) throw new TypeError('compareOffsets takes offsets')
  return left.ms - right.ms || left.seq - right.seq
}
