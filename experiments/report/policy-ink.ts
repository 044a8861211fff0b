/** Each policy has one colour and one dash in every figure: the dash is for those to whom the colours look alike. */
import {FOUNDING_POLICIES, POLICY_NAMES} from '#protocol/policy.ts'

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

/** What the founding comparison is about keeps its looks, whatever else there is. */
const ORDER: readonly string[] = [...new Set([...FOUNDING_POLICIES, ...POLICY_NAMES])]

const placeOf = (policy: string) => {
  const known = ORDER.indexOf(policy)
  return known === -1 ? INKS - 1 : known
}

export const ink = (policy: string): string => `var(--ink-${placeOf(policy) % INKS})`

/** Two policies of one colour have other dashes. */
export function dash(policy: string): readonly number[] {
  const place = placeOf(policy)
  return DASHES[(place + SHIFT * Math.floor(place / INKS)) % DASHES.length] ?? []
}
const SHIFT = 3
