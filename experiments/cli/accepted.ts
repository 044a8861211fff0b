/** What an option accepts. Whatever else is given ends in one sentence: the option, the value, what would do. */
import {UsageError} from '../usage-error.ts'
import {nearest} from './nearest.ts'

export function oneOf<Name extends string>(option: string, value: string, accepted: readonly Name[]): Name {
  const found = accepted.find((name) => name === value)
  if (found !== undefined) return found
  throw new UsageError(`${option} "${value}" is unknown${suggestion(value, accepted)}.`)
}

/** Names parted by commas. */
export function someOf<Name extends string>(
  option: string,
  value: string,
  accepted: readonly Name[],
): Name[] {
  const names = value.split(',').map((name) => name.trim())
  return [...new Set(names.map((name) => oneOf(option, name, accepted)))]
}

/** To follow directly on what is wrong. */
export function suggestion(value: string, accepted: readonly string[]): string {
  const near = nearest(value, accepted)
  const meant = near === null ? '' : `, perhaps "${near}" was meant`
  return `${meant}; accepted: ${accepted.join(', ')}`
}

type Range = {readonly from: number; readonly to: number}

export function wholeNumber(option: string, value: string, {from, to}: Range): number {
  const number = Number(value)
  if (/^\d+$/.test(value) && number >= from && number <= to) return number
  throw new UsageError(`${option} "${value}" is not accepted; give a whole number from ${from} to ${to}.`)
}

export function decimalNumber(option: string, value: string, {from, to}: Range): number {
  const number = Number(value)
  if (/^\d+(\.\d+)?$/.test(value) && number >= from && number <= to) return number
  throw new UsageError(`${option} "${value}" is not accepted; give a number from ${from} to ${to}.`)
}

const LONGEST_SEED = 200

export function seedText(option: string, value: string): string {
  if (value.trim() !== '' && value.length <= LONGEST_SEED) return value
  throw new UsageError(
    `${option} "${value.slice(0, 40)}" is not accepted; give a text of 1 to ${LONGEST_SEED} characters.`,
  )
}
