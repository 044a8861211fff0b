/**
 * Which frames and pushes came of which trigger, how long after it, at the tab that does nothing; and what the tab that
 * asked got in its answer's stream. From the history alone. Pure. Rules TG25–TG26.
 */
import {readPushId} from '#protocol/claude/worker-message.ts'
import type {History} from '../history/history-event.ts'
import {goesOn, OBSERVER, type Cause} from './cause.ts'
import {maybeAbout, wordsOf, type Channel, type FrameWords} from './frame-words.ts'
import {momentsOf, type Moment} from './moments.ts'

export type CausedFrame = {
  readonly type: string
  readonly bytes: number
  readonly afterMs: number
  readonly line: number
  /** Of a push: what its service worker made of it; null for frames, and where the worker never said. */
  readonly fate: PushFate | null
}
export type PushFate = 'forwarded' | 'notification' | 'suppressed'

/** Of one time that something happened. */
export type TriggerFinding = {
  readonly cause: Cause
  readonly channel: Channel
  /** The line of the (first) moment. */
  readonly line: number
  /** How often it happened in a row: an answer goes on many times. */
  readonly moments: number
  /** In the order of their times; empty where nothing came. */
  readonly frames: readonly CausedFrame[]
  /** How long what came was watched: until the next moment of another kind, or the end of the window. */
  readonly watchedMs: number
}

type Captured = Extract<History['events'][number], {kind: 'captured'}>
type Heard = {readonly captured: Captured; readonly words: FrameWords}

/** Of a cell without a step `trigger`: none. */
export function triggerFindings(history: History): readonly TriggerFinding[] {
  const moments = momentsOf(history)
  if (moments.length === 0) return []
  const heard = heardIn(history)
  const fates = fatesIn(history)
  return channelsOf(history).flatMap(({channel, isOwn}) => {
    const asked = moments.filter(({cause}) => channel !== 'answer-stream' || isOfAnswers(cause))
    const own = heard.filter(({captured}) => captured.channel === channel && isOwn(captured))
    const byMoment = Map.groupBy(own, (each) => momentOf(each, asked))
    return instancesOf(asked).map((group): TriggerFinding => {
      const [first] = group
      if (first === undefined) throw new TypeError('an instance without a moment')
      const frames = group.flatMap((moment) =>
        (byMoment.get(moment) ?? []).map((each) => causedBy(moment, each, fates)),
      )
      const {cause, line} = first
      return {
        cause,
        channel,
        line,
        moments: group.length,
        frames: frames.toSorted((a, b) => a.line - b.line),
        watchedMs: watchedUntil(history, group, moments) - first.at,
      }
    })
  })
}

const isOfAnswers = (cause: Cause): boolean => maybeAbout('answer-stream', '')?.includes(cause) ?? false

function heardIn({events}: History): readonly Heard[] {
  return events.flatMap((event): Heard[] => {
    if (event.kind !== 'captured' || event.direction !== 'to-browser') return []
    const words = wordsOf(event.channel, event.raw)
    return words === null ? [] : [{captured: event, words}]
  })
}

type Watched = {readonly channel: Channel; readonly isOwn: (captured: Captured) => boolean}

/** The one by which the platform reaches the tab that does nothing; and the answers of those who asked. */
function channelsOf({header, events}: History): readonly Watched[] {
  const opened = events.find((event) => event.kind === 'tab-opened' && event.tab === OBSERVER)
  if (opened?.kind !== 'tab-opened') return []
  return [
    header.cell.platform === 'claude'
      ? {channel: 'fcm', isOwn: ({device}) => device === opened.device}
      : {channel: 'celsius', isOwn: ({tab}) => tab === OBSERVER},
    {channel: 'answer-stream', isOwn: ({tab}) => tab !== OBSERVER},
  ]
}

/** The last moment before it that it may be about; one that it names before others. Null: there was none. */
function momentOf({captured, words}: Heard, moments: readonly Moment[]): Moment | null {
  const before = moments.filter(({at}) => at <= captured.at + captured.clockErrorMs)
  const about = maybeAbout(captured.channel, words.type)
  const meant = about === null ? before : before.filter(({cause}) => about.includes(cause))
  const named = meant.filter(({messageIds}) => messageIds.some((id) => words.messageIds.includes(id)))
  return named.at(-1) ?? meant.at(-1) ?? before.at(-1) ?? null
}

/** In the order of their first moments. */
const instancesOf = (moments: readonly Moment[]): readonly (readonly Moment[])[] => [
  ...Map.groupBy(moments, ({cause, key}) => JSON.stringify([cause, key])).values(),
]

function causedBy(
  moment: Moment,
  {captured, words}: Heard,
  fates: ReadonlyMap<string, PushFate>,
): CausedFrame {
  const {at, bytes, line, channel, raw} = captured
  const fate = channel === 'fcm' ? (fates.get(keyOf(captured.device, readPushId(raw))) ?? null) : null
  return {type: words.type, bytes, afterMs: at - moment.at, line, fate}
}

/** That an answer goes on ends no watch; it is what a turn does. */
function watchedUntil(
  {events, footer}: History,
  group: readonly Moment[],
  moments: readonly Moment[],
): number {
  const last = group.at(-1)?.at ?? 0
  const next = moments.find((moment) => moment.at > last && !group.includes(moment) && !goesOn(moment.cause))
  const closed = events.find(
    (event) => event.kind === 'window' && event.phase === 'closed' && event.at > last,
  )
  return Math.min(...[next, closed].map((end) => end?.at ?? footer.at))
}

const keyOf = (device: string, pushId: string | null): string => JSON.stringify([device, pushId])

const FATES: Readonly<Record<string, PushFate>> = {
  'push-forwarded': 'forwarded',
  'notification-shown': 'notification',
  'notification-suppressed': 'suppressed',
}

function fatesIn({events}: History): ReadonlyMap<string, PushFate> {
  return new Map(
    events.flatMap((event) => {
      if (event.kind !== 'worker' || !('pushId' in event.event)) return []
      const fate = FATES[event.event.kind]
      return fate === undefined ? [] : [[keyOf(event.device, event.event.pushId ?? null), fate] as const]
    }),
  )
}
