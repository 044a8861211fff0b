/** A checker is a pure, linear function of one history. It may throw: `judge` turns that into `unknown`. */
import type {History} from '../history/history-event.ts'
import type {Verdict, Violation} from './verdict.ts'

export type Checker = (history: History) => Verdict

export const verdictOf = (
  because: readonly Violation[],
  details?: Readonly<Record<string, number>>,
): Verdict => {
  const counted = details === undefined ? {} : {details}
  return because.length === 0 ? {verdict: 'valid', ...counted} : {verdict: 'invalid', because, ...counted}
}
