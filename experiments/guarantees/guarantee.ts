/**
 * The guarantees by name, the weakest first: a broken one is named before those that presuppose it. Rule SG5.
 * A checker is a pure function of the operations, linear in them.
 */
import type {Verdict, Violation} from '../checkers/verdict.ts'
import {TOLD_VIOLATIONS} from './defaults.ts'
import type {Operations} from './operation.ts'

export const GUARANTEES = {
  noPhantom: 'SG7',
  noDuplicate: 'SG8',
  nothingLost: 'SG9',
  convergence: 'SG10',
  inOrder: 'SG11',
  monotonicWrites: 'SG12',
  monotonicReads: 'SG13',
  readYourWrites: 'SG14',
  writesFollowReads: 'SG15',
  monotonicWritesOfPerson: 'SG16',
  monotonicReadsOfPerson: 'SG17',
  readYourWritesOfPerson: 'SG18',
  writesFollowReadsOfPerson: 'SG19',
  boundedStaleness: 'SG22',
  timelyVisibility: 'SG23',
  noLostUpdate: 'SG20',
  noSilentFork: 'SG21',
} as const

export type GuaranteeName = keyof typeof GUARANTEES
export type GuaranteeChecker = (operations: Operations) => Verdict

/** Collects what breaks a rule; the same matter in the same session once. */
export class Findings {
  readonly #rule: string
  readonly #because: Violation[] = []
  readonly #reported = new Map<unknown, Set<unknown>>()
  #count = 0

  constructor(guarantee: GuaranteeName) {
    this.#rule = GUARANTEES[guarantee]
  }

  /** `lines` in the order of the story; the last is where the rule was broken. */
  add(of: unknown, matter: unknown, violation: Omit<Violation, 'rule'>): void {
    const known = this.#reported.get(of)
    if (known?.has(matter)) return
    if (known === undefined) this.#reported.set(of, new Set([matter]))
    else known.add(matter)
    this.#count += 1
    if (this.#because.length < TOLD_VIOLATIONS) this.#because.push({rule: this.#rule, ...violation})
  }

  verdict(details: Readonly<Record<string, number>> = {}): Verdict {
    if (this.#count === 0) return {verdict: 'valid', details}
    return {verdict: 'invalid', because: this.#because, details: {...details, violations: this.#count}}
  }
}
