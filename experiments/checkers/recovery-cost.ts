/** What recovering cost at the server: what the tab asked for, what it was given a second time, what it sent twice. Rule K14. */
import type {History, RecordedEvent} from '../history/history-event.ts'
import type {RecoverySpan} from './recovery-span.ts'

type Ledger = Extract<RecordedEvent, {kind: 'ledger'}>
type AskedLine = Ledger & {readonly event: Extract<Ledger['event'], {kind: 'asked'}>}

export type RecoveryCost = {
  readonly polls: number
  readonly reads: number
  readonly resumes: number
  readonly bytesAgain: number
  readonly sentTwice: number
  readonly sentTwiceLines: readonly number[]
}

export function recoveryCost(history: History, span: RecoverySpan): RecoveryCost {
  const {countFrom, until} = span
  const asked = history.events.filter(
    (event): event is AskedLine =>
      event.kind === 'ledger' && event.event.kind === 'asked' && event.event.tab === span.tab,
  )
  const counted = asked.filter(({at}) => at >= countFrom && at <= until)
  const count = (...kinds: readonly AskedLine['event']['what'][]) =>
    counted.filter(({event}) => kinds.includes(event.what)).length
  return {
    polls: count('status'),
    reads: count('read'),
    resumes: count('resume', 'events'),
    bytesAgain: readAgain(asked, span) + replayedAgain(history, counted, span),
    ...sentTwice(history, counted, span),
  }
}

/** A conversation only grows: each reading has at least what the one before it had. */
function readAgain(asked: readonly AskedLine[], {countFrom, until}: RecoverySpan): number {
  const reads = asked.filter(
    ({event, at}) => event.what === 'read' && isAnswered(event.status) && at <= until,
  )
  return reads.reduce((sum, {at, event}, index) => {
    const before = reads[index - 1]?.event.bytes ?? 0
    return at < countFrom ? sum : sum + Math.min(before, event.bytes)
  }, 0)
}

/** A page that begins anew rejoins its answer from the start (RS4); one that goes on asks for the rest alone. */
function replayedAgain(
  history: History,
  counted: readonly AskedLine[],
  {tab, pageFrom}: RecoverySpan,
): number {
  const streamed = history.events.reduce((sum, event) => {
    if (event.kind !== 'witness' || event.tab !== tab || event.at >= pageFrom) return sum
    return event.event.kind === 'received' && event.event.via === 'answer-stream'
      ? sum + event.event.bytes
      : sum
  }, 0)
  const replayed = counted
    .filter(({at, event}) => event.what === 'resume' && isAnswered(event.status) && at >= pageFrom)
    .reduce((sum, {event}) => sum + event.bytes, 0)
  return Math.min(streamed, replayed)
}

const CONFLICT = 409
const isAnswered = (status: number) => status < 400

/** Refused for want of anything new (409) is a POST beyond the first all the same; what was not let in is none. */
function sentTwice(
  {events}: History,
  counted: readonly AskedLine[],
  {tab, until}: RecoverySpan,
): Pick<RecoveryCost, 'sentTwice' | 'sentTwiceLines'> {
  const acts = events.filter(
    (event) =>
      event.kind === 'witness' &&
      event.tab === tab &&
      event.at <= until &&
      event.event.kind === 'acted' &&
      event.event.act !== 'stopped',
  )
  const posts = counted.filter(
    ({event}) => event.what === 'send' && (isAnswered(event.status) || event.status === CONFLICT),
  )
  const beyond = Math.max(0, posts.length - acts.length)
  return {sentTwice: beyond, sentTwiceLines: beyond === 0 ? [] : posts.map(({line}) => line)}
}
