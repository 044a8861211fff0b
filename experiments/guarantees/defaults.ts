/** The limits of the guarantees that are ours and not the literature's. Invented; each is quoted in SPEC. */
import {LIMITS} from '../checkers/defaults.ts'

export const ALLOWANCES = {
  /** SG3. A tab that came to the front is read after what is felt as "at once" (Miller 1968): it may catch up in it. */
  lookMs: 100,
  /** SG4. What two tabs showed less than this apart has no order: each clock may be wrong by the limit of P2. */
  slackMs: 2 * LIMITS.clockErrorMs,
  /** SG9, SG10. Longer than the slowest pace of polling, 5 s. */
  settleMs: 6_000,
  /** SG6. Two stamps that one book took one after the other. */
  orderMs: LIMITS.stampSlackMs,
} as const

/** A broken rule is proved by a few violations; the others are counted. */
export const TOLD_VIOLATIONS = 100
