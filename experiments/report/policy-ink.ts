/** Each policy has one colour and one dash in every figure: the dash is for those to whom the colours look alike. */
import {POLICY_NAMES} from '#protocol/policy.ts'

/** Indices into the `--ink-n` variables of the page's style. */
export const INKS = 8
const DASHES: readonly (readonly number[])[] = [
  [],
  [7, 3],
  [2, 2],
  [9, 3, 2, 3],
  [5, 5],
  [1, 3],
  [12, 4],
  [4, 2, 1, 2],
]

const placeOf = (policy: string) => {
  const known = (POLICY_NAMES as readonly string[]).indexOf(policy)
  return known === -1 ? INKS - 1 : known % INKS
}

export const ink = (policy: string): string => `var(--ink-${placeOf(policy)})`
export const dash = (policy: string): readonly number[] => DASHES[placeOf(policy)] ?? []
