/** How the tabs of some cells came through their faults, taken together: counts, and times with their intervals. */
import type {CellJudgement} from '../checkers/judge.ts'
import type {Measure, Sample} from '../checkers/sample.ts'
import type {TabRecovery} from '../checkers/tab-recovery.ts'
import {spreadOf} from './measured.ts'
import type {Spread} from './measured.ts'

type Counted =
  | 'expected'
  | 'lost'
  | 'doubled'
  | 'reordered'
  | 'attempts'
  | 'falseAlarms'
  | 'polls'
  | 'reads'
  | 'resumes'
  | 'bytesAgain'
  | 'sentTwice'
  | 'saidComplete'

export type RecoveryInNumbers = Readonly<Record<Counted, number>> & {
  /** Tabs that had to recover; the counts are over all of them. */
  readonly tabs: number
  readonly detect: Spread | null
  readonly reconnect: Spread | null
  /** Time to fresh. */
  readonly fresh: Spread | null
  /** Tabs whose last reading was the server's to the letter, of those that were read. */
  readonly exact: {readonly yes: number; readonly of: number}
  /** Null where nothing was typed and left. */
  readonly drafts: {readonly kept: number; readonly of: number} | null
  /** Of frozen tabs that were handed something: who found them. Null where there were none. */
  readonly stale: {
    readonly of: number
    readonly byPosition: Spread | null
    readonly byPing: number
    readonly pongs: number
  } | null
}

/** Null where no tab had to recover. */
export function recoveryInNumbers(judgements: readonly CellJudgement[]): RecoveryInNumbers | null {
  const tabs = judgements.flatMap(({recoveries}) => recoveries)
  if (tabs.length === 0) return null
  const limitMs = Math.max(...judgements.map(({cell}) => Number(cell.conditions['deadlineMs'] ?? 0)))
  const samples = judgements.flatMap(recoverySamplesOf)
  const spread = (measure: Measure) =>
    spreadOf(
      samples.filter((sample) => sample.measure === measure),
      limitMs,
    )
  const sum = (name: Counted) => tabs.reduce((total, tab) => total + tab[name], 0)
  const read = tabs.filter(({exact}) => exact !== null)
  const drafts = tabs.filter(({draft}) => draft !== null)
  return {
    tabs: tabs.length,
    expected: sum('expected'),
    lost: sum('lost'),
    doubled: sum('doubled'),
    reordered: sum('reordered'),
    attempts: sum('attempts'),
    falseAlarms: sum('falseAlarms'),
    polls: sum('polls'),
    reads: sum('reads'),
    resumes: sum('resumes'),
    bytesAgain: sum('bytesAgain'),
    sentTwice: sum('sentTwice'),
    saidComplete: sum('saidComplete'),
    detect: spread('time-to-detect'),
    reconnect: spread('time-to-reconnect'),
    fresh: spread('time-to-fresh'),
    exact: {yes: read.filter(({exact}) => exact === true).length, of: read.length},
    drafts:
      drafts.length === 0
        ? null
        : {kept: drafts.filter(({draft}) => draft === 'kept').length, of: drafts.length},
    stale: staleOf(tabs),
  }
}

/** Windows of return and refresh are timed too, under the same name; theirs say of which window. */
export const recoverySamplesOf = ({samples}: CellJudgement): readonly Sample[] =>
  samples.filter(({about}) => about['from'] !== undefined)

function staleOf(tabs: readonly TabRecovery[]): RecoveryInNumbers['stale'] {
  const stale = tabs.flatMap((tab) => (tab.stale === null ? [] : [tab.stale]))
  if (stale.length === 0) return null
  const found = stale.flatMap(({byPositionMs}) =>
    byPositionMs === null ? [] : [{valueMs: byPositionMs, censored: false}],
  )
  return {
    of: stale.length,
    byPosition: spreadOf(found, 0),
    byPing: stale.filter(({byPingMs}) => byPingMs !== null).length,
    pongs: stale.reduce((total, {pongs}) => total + pongs, 0),
  }
}
