/** Numbers as a person reads them. */
import type {Spread} from './measured.ts'

/** Three significant digits at most, in the unit that fits: `0.21 ms`, `4.1 ms`, `512 ms`, `13.2 s`. */
export function sayMs(ms: number): string {
  const size = Math.abs(ms)
  if (size >= 1_000) return `${trimmed(ms / 1_000, size >= 10_000 ? 1 : 2)} s`
  if (size >= 100) return `${Math.round(ms)} ms`
  if (size >= 10) return `${trimmed(ms, 1)} ms`
  return `${trimmed(ms, 2)} ms`
}

const trimmed = (value: number, digits: number) => String(Number(value.toFixed(digits)))

export const sayNumber = (value: number, digits = 3): string => value.toFixed(digits)

export const share = (part: number, whole: number): string => (whole === 0 ? '–' : `${part}/${whole}`)

/** A quantile with its interval in the unit of the quantile, or that the window ended before it was reached. */
export function saySpread(
  {count, censored, limitMs}: Spread,
  {valueMs, lowerMs, upperMs}: Spread['p50'],
): string {
  if (valueMs === null) return `> ${sayMs(limitMs)} (censored ${censored}/${count})`
  // One sample has no interval.
  if (count === 1) return `${sayMs(valueMs)} (n = 1)`
  const unit = Math.abs(valueMs) >= 1_000 ? {name: 's', ms: 1_000} : {name: 'ms', ms: 1}
  const say = (ms: number) => trimmed(ms / unit.ms, digitsFor(ms / unit.ms))
  const upper = upperMs === null ? `> ${say(limitMs)}` : say(upperMs)
  return `${say(valueMs)} [${say(lowerMs ?? 0)}, ${upper}] ${unit.name}`
}

const digitsFor = (value: number) => (Math.abs(value) >= 100 ? 0 : Math.abs(value) >= 10 ? 1 : 2)

export function plural(count: number, one: string, many = `${one}s`): string {
  return `${count} ${count === 1 ? one : many}`
}

export const sayBytes = (bytes: number): string => `${trimmed(bytes / 2 ** 30, 1)} GiB`
