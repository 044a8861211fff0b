/** The columns of experiments whose tabs have to recover. The terminal takes the narrow ones, the report all. */
import {saySpread, share} from './format.ts'
import type {Column} from './columns.ts'
import type {Spread} from './measured.ts'
import type {RecoveryInNumbers} from './recovery-in-numbers.ts'
import type {Row} from './summary.ts'

const NONE = '–'

const of =
  (say: (recovery: RecoveryInNumbers) => string) =>
  ({recoveries}: Row): string =>
    recoveries === undefined ? NONE : say(recoveries)

const sayP = (spread: Spread | null, p: 'p50' | 'p95'): string =>
  spread === null ? NONE : saySpread(spread, spread[p])

/** A column of noughts tells nothing. */
const count = (value: number): string => (value === 0 ? NONE : String(value))

const left = {align: 'left'} as const

/** Told everywhere. `width` is for the terminal. */
export const RECOVERY_COLUMNS: readonly Column[] = [
  {
    name: 'lost',
    title: 'lost',
    width: 6,
    ...left,
    say: of(({lost, expected}) => share(lost, expected)),
  },
  {name: 'doubled', title: 'doubled', width: 7, ...left, say: of(({doubled}) => String(doubled))},
  {
    name: 'fresh',
    title: 'time to fresh p50 [95 %]',
    width: 27,
    ...left,
    say: of(({fresh}) => sayP(fresh, 'p50')),
  },
  {name: 'alarms', title: 'false alarms', width: 6, ...left, say: of(({falseAlarms}) => String(falseAlarms))},
  {
    name: 'exact',
    title: 'exact',
    width: 5,
    ...left,
    say: of(({exact}) => (exact.of === 0 ? NONE : share(exact.yes, exact.of))),
  },
  {
    name: 'drafts',
    title: 'drafts kept',
    width: 6,
    ...left,
    say: of(({drafts}) => (drafts === null ? NONE : share(drafts.kept, drafts.of))),
  },
]

/** Told in the report, in Markdown and in the README, after the columns above. */
export const MORE_RECOVERY_COLUMNS: readonly Column[] = [
  {name: 'found', title: 'frozen tab found by', width: 14, ...left, say: of(sayFound)},
  {
    name: 'fresh p95',
    title: 'time to fresh p95',
    width: 20,
    ...left,
    say: of(({fresh}) => sayP(fresh, 'p95')),
  },
  {name: 'detect', title: 'detected p50', width: 20, ...left, say: of(({detect}) => sayP(detect, 'p50'))},
  {
    name: 'reconnect',
    title: 'reconnected p50',
    width: 20,
    ...left,
    say: of(({reconnect}) => sayP(reconnect, 'p50')),
  },
  {name: 'attempts', title: 'attempts', width: 8, ...left, say: of(({attempts}) => count(attempts))},
  {name: 'reordered', title: 'out of order', width: 8, ...left, say: of(({reordered}) => count(reordered))},
  {name: 'resumes', title: 'resumes', width: 8, ...left, say: of(({resumes}) => count(resumes))},
  {name: 'polls', title: 'status polls', width: 8, ...left, say: of(({polls}) => count(polls))},
  {name: 'reads', title: 'readings', width: 8, ...left, say: of(({reads}) => count(reads))},
  {name: 'bytes', title: 'bytes again', width: 8, ...left, say: of(({bytesAgain}) => count(bytesAgain))},
  {name: 'twice', title: 'sent twice', width: 8, ...left, say: of(({sentTwice}) => count(sentTwice))},
  {
    name: 'complete',
    title: 'cut answers shown as complete',
    width: 8,
    ...left,
    say: of(({saidComplete}) => String(saidComplete)),
  },
]

/** Heartbeats say that a browser is there, a position that its page has applied what it was given. */
function sayFound({stale}: RecoveryInNumbers): string {
  if (stale === null) return NONE
  const byPing = stale.byPing === 0 ? '' : `ping ${stale.byPing}/${stale.of}`
  const byPosition =
    stale.byPosition === null
      ? ''
      : `position ${stale.byPosition.count}/${stale.of}, ${saySpread(stale.byPosition, stale.byPosition.p50)}`
  return [byPosition, byPing].filter(Boolean).join('; ') || `nobody (${stale.pongs} pongs)`
}
