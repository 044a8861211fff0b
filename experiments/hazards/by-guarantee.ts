/**
 * The signs that a guarantee of consistency gives: a silent fork (SG21), an update out of sight (SG20), a message that is
 * there twice (SG8), an own message that a new page lacks (SG14, SG18). Rules HZ6, HZ7, HZ12, HZ14.
 */
import type {Violation} from '../checkers/verdict.ts'
import {guaranteesOf} from '../guarantees/guarantees-of.ts'
import type {GuaranteeName} from '../guarantees/guarantee.ts'
import type {History} from '../history/history-event.ts'
import {
  attemptsIn,
  CannotTell,
  ledgerLines,
  requireFate,
  witnessLines,
  type Attempt,
  type Try,
} from './attempts.ts'
import {settingOf} from './setting.ts'

function brokenIn(history: History, ...names: readonly GuaranteeName[]): readonly Violation[] {
  const {of} = guaranteesOf(history)
  return names.flatMap((name) => {
    const verdict = of[name]
    if (verdict.verdict === 'unknown') throw new CannotTell(verdict.why)
    return verdict.verdict === 'invalid' ? verdict.because : []
  })
}

/** Two tabs tried, and of each is known what became of it. */
export function forked(history: History): readonly Violation[] {
  const sends = attemptsIn(history).filter(({what}) => what === 'send')
  if (new Set(sends.map(({tab}) => tab)).size < 2) throw new CannotTell('fewer than two tabs have sent')
  for (const attempt of sends) requireFate(history, attempt)
  if (!sends.some((attempt) => commitOf(history, attempt) !== null))
    throw new CannotTell('nothing that was sent was committed')
  return brokenIn(history, 'noSilentFork')
}

/** As {@link forked}; and somebody sent while an answer to another tab was being written. */
export function forkedInStream(history: History): readonly Violation[] {
  const broken = forked(history)
  const answers = ledgerLines(history, 'committed').filter(({event}) => event.role === 'assistant')
  const begun = new Map<string, number>()
  for (const {at, event} of ledgerLines(history, 'appended'))
    begun.set(event.messageId, Math.min(at, begun.get(event.messageId) ?? at))
  const isInStream = attemptsIn(history).some(({at, act}) =>
    answers.some(({at: endedAt, event}) => {
      const triedAt = act?.at ?? at
      return (begun.get(event.messageId) ?? endedAt) < triedAt && triedAt < endedAt
    }),
  )
  if (!isInStream) throw new CannotTell('nobody sent while an answer was being written')
  return broken
}

/** As {@link forked}; and what was written while a fault stood reached the server after another tab had gone on. */
export function forkedByOutbox(history: History): readonly Violation[] {
  const broken = forked(history)
  const faults = history.events.flatMap((event) =>
    event.kind === 'fault' && (event.event.kind === 'fault-began' || event.event.kind === 'fault-healed')
      ? [event.event]
      : [],
  )
  const commits = ledgerLines(history, 'committed')
  const isReplayed = attemptsIn(history).some(({tab, act}) => {
    if (act === null) return false
    const stood = faults.findLast(({kind, at}) => kind === 'fault-began' && at < act.at)
    const healed = faults.find(({kind, faultId}) => kind === 'fault-healed' && faultId === stood?.faultId)
    const asked = ledgerLines(history, 'asked').find(
      ({at, event}) => event.tab === tab && event.what === 'send' && at > act.at,
    )
    const wentOn = commits.some(
      ({at, event}) => at > act.at && at < (asked?.at ?? at) && event.messageId !== act.event.messageId,
    )
    return healed !== undefined && healed.at > act.at && wentOn
  })
  if (!isReplayed) throw new CannotTell('nothing was sent that had been kept')
  return broken
}

/** One tab had gone on when another tried to replace what it still showed. */
export const overwritten =
  (what: Try) =>
  (history: History): readonly Violation[] => {
    const attempts = attemptsIn(history)
    const replacing = attempts.find((attempt) => attempt.what === what)
    if (replacing === undefined) throw new CannotTell(`nobody tried to ${what}`)
    const wentOn = attempts.some((attempt) => {
      const committed = commitOf(history, attempt)
      return attempt.tab !== replacing.tab && committed !== null && committed.at < replacing.at
    })
    if (!wentOn) throw new CannotTell('no other tab had gone on')
    requireFate(history, replacing)
    return brokenIn(history, 'noLostUpdate')
  }

/** A page had to send again, because the answer to what it had sent was lost. */
export function sentTwice(history: History): readonly Violation[] {
  const sends = attemptsIn(history).filter(({act, what}) => what === 'send' && act !== null)
  const isSentAgain = sends.some(({tab, at}) => {
    const asked = ledgerLines(history, 'asked')
    return (
      asked.filter(({event, ...line}) => event.tab === tab && event.what === 'send' && line.at > at).length >
      1
    )
  })
  if (!isSentAgain) throw new CannotTell('nothing was sent again')
  return brokenIn(history, 'noDuplicate')
}

/** A tab was loaded anew after what it had sent was committed, and shows what it read. */
export function lackedOnReload(history: History): readonly Violation[] {
  const {replicaLagMs} = settingOf(history.header.cell)
  const waits = attemptsIn(history).flatMap((attempt) => readAnewMs(history, attempt) ?? [])
  if (waits.length === 0) throw new CannotTell('no tab was loaded anew after what it had sent was committed')
  const broken = brokenIn(history, 'readYourWrites', 'readYourWritesOfPerson')
  const soonestMs = Math.min(...waits)
  // What is read later than the replica lags is whole everywhere: it proves nothing of hazard or cure.
  if (broken.length === 0 && soonestMs > replicaLagMs)
    throw new CannotTell(
      `what was sent was read anew after ${Math.round(soonestMs)} ms, and the replica lagged ${replicaLagMs} ms`,
    )
  return broken
}

/** From the commit to the first view of the page that was loaded anew, ms. Null where there is none. */
function readAnewMs(history: History, attempt: Attempt): number | null {
  const committed = commitOf(history, attempt)
  if (committed === null) return null
  const reload = history.events.find(
    (event) =>
      event.kind === 'tab-opened' && event.tab === attempt.tab && event.navigationStartMs > committed.at,
  )
  if (reload?.kind !== 'tab-opened') return null
  const view = witnessLines(history, 'shown').find(
    ({tab, at, event}) => tab === reload.tab && at > reload.navigationStartMs && event.view.length > 0,
  )
  return view === undefined ? null : view.at - committed.at
}

const commitOf = (history: History, {act}: Attempt) =>
  ledgerLines(history, 'committed').find(({event}) => event.messageId === act?.event.messageId) ?? null
