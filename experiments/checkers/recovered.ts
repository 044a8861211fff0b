/** What a recovery may be predicted to lack (K11, K12, K15, K16), and what none may ever do (K13, K14). */
import type {History} from '../history/history-event.ts'
import {verdictOf} from './checker.ts'
import type {Checker} from './checker.ts'
import {recoveriesOf} from './recovery.ts'
import type {RecoveryClaim, TabRecovery} from './tab-recovery.ts'
import type {Violation} from './verdict.ts'

type Complaint = {
  readonly rule: string
  readonly claim: RecoveryClaim
  readonly holds: (tab: TabRecovery) => boolean
  readonly note: (tab: TabRecovery) => string
}

const LACKS: readonly Complaint[] = [
  {
    rule: 'K11',
    claim: 'lost',
    holds: ({lost}) => lost > 0,
    note: ({lost, expected}) => `${lost} of ${expected} messages were not there at the deadline`,
  },
  {
    rule: 'K12',
    claim: 'exact',
    holds: ({exact}) => exact === false,
    note: () => "what it shows in the end is not the server's",
  },
  {
    rule: 'K15',
    claim: 'draft',
    holds: ({draft}) => draft === 'lost',
    note: () => 'what was typed is gone',
  },
  {
    rule: 'K16',
    claim: 'falseAlarms',
    holds: ({falseAlarms}) => falseAlarms > 0,
    note: ({falseAlarms}) => `it closed ${falseAlarms} sound connections`,
  },
]

const NEVER: readonly Complaint[] = [
  {
    rule: 'K13',
    claim: 'saidComplete',
    holds: ({saidComplete}) => saidComplete > 0,
    note: ({saidComplete}) => `${saidComplete} views call complete what is not`,
  },
  {
    rule: 'K14',
    claim: 'sentTwice',
    holds: ({sentTwice}) => sentTwice > 0,
    note: ({sentTwice}) => `${sentTwice} POSTs too many reached the server`,
  },
]

export const recovered: Checker = (history) => verdictOf(complaints(history, LACKS))
export const recoveredHonestly: Checker = (history) => verdictOf(complaints(history, NEVER))

const complaints = (history: History, about: readonly Complaint[]): readonly Violation[] =>
  recoveriesOf(history).flatMap((tab) =>
    about
      .filter(({holds}) => holds(tab))
      .map(({rule, claim, note}) => ({
        rule,
        tab: tab.tab,
        lines: tab.evidence[claim] ?? [],
        note: note(tab),
      })),
  )
