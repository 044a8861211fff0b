/**
 * Rule TG28: what was captured can be true. Every message frame at a tab was handed to its socket before, the page had it no
 * earlier than its browser, and the browser told of every push that a service worker heard.
 */
import {readPushId} from '#protocol/claude/worker-message.ts'
import {verdictOf, type Checker} from '../checkers/checker.ts'
import {LIMITS} from '../checkers/defaults.ts'
import type {Violation} from '../checkers/verdict.ts'
import type {History, RecordedEvent} from '../history/history-event.ts'
import {wordsOf} from './frame-words.ts'

type Captured = Extract<RecordedEvent, {kind: 'captured'}>
type Stamp = {readonly at: number; readonly line: number}

/** Valid, with nothing compared, where nothing was captured. */
export const capturesProved: Checker = (history) => {
  const captured = history.events.filter((event) => event.kind === 'captured')
  const frames = captured.filter(
    (frame) =>
      frame.channel === 'celsius' &&
      frame.direction === 'to-browser' &&
      wordsOf('celsius', frame.raw) !== null,
  )
  const because = [...unclear(captured), ...outOfOrder(frames, history), ...untold(captured, history)]
  return verdictOf(because, {captured: captured.length, frames: frames.length})
}

const unclear = (captured: readonly Captured[]): Violation[] =>
  captured
    .filter(({clockErrorMs}) => clockErrorMs > LIMITS.clockErrorMs)
    .map((frame) => violation(frame, [frame.line], `its time is known to ${frame.clockErrorMs} ms only`))

/** Frames of one length keep their order on a socket, so the first of them at the tab is the first that was handed over. */
function outOfOrder(frames: readonly Captured[], {events}: History): Violation[] {
  const handed = new Map<string, Stamp[]>()
  const received = new Map<string, Stamp[]>()
  const errors = new Map<string, number>()
  for (const event of events) {
    if (event.kind === 'ledger' && event.event.kind === 'delivered' && !event.event.catchup)
      add(handed, keyOf(event.event.tab, event.event.bytes), event)
    if (event.kind === 'witness' && event.event.kind === 'received' && event.event.via === 'celsius')
      add(received, keyOf(event.tab, event.event.bytes), event)
    if (event.kind === 'tab-opened') errors.set(event.tab, event.clockErrorMs)
  }
  return frames.flatMap((frame): Violation[] => {
    const tab = frame.tab ?? ''
    const own = frame.clockErrorMs + LIMITS.stampSlackMs
    const given = handed.get(keyOf(tab, frame.bytes))?.shift()
    const had = received.get(keyOf(tab, frame.bytes))?.shift()
    if (given === undefined)
      return [violation(frame, [frame.line], 'a frame that nobody handed to its socket')]
    if (given.at > frame.at + own)
      return [violation(frame, [given.line, frame.line], 'a frame before it was handed over')]
    if (had !== undefined && had.at < frame.at - own - (errors.get(tab) ?? 0))
      return [violation(frame, [had.line, frame.line], 'a frame after the page had it')]
    return []
  })
}

/** Where frames are captured, pushes are. */
function untold(captured: readonly Captured[], {events}: History): Violation[] {
  if (captured.length === 0) return []
  const told = new Set(
    captured.flatMap(({channel, device, raw}) =>
      channel === 'fcm' ? [pushKey(device, readPushId(raw))] : [],
    ),
  )
  return events.flatMap((event): Violation[] =>
    event.kind === 'worker' &&
    event.event.kind === 'push-received' &&
    !told.has(pushKey(event.device, event.event.pushId))
      ? [{rule: 'TG28', tab: '', lines: [event.line], note: 'a push that the browser did not tell of'}]
      : [],
  )
}

const keyOf = (tab: string, bytes: number): string => JSON.stringify([tab, bytes])
const pushKey = (device: string, pushId: string | null): string => JSON.stringify([device, pushId])

function add(stamps: Map<string, Stamp[]>, key: string, {at, line}: Stamp): void {
  const known = stamps.get(key)
  if (known === undefined) stamps.set(key, [{at, line}])
  else known.push({at, line})
}

const violation = ({tab, device}: Captured, lines: readonly number[], note: string): Violation => ({
  rule: 'TG28',
  tab: tab ?? device,
  lines,
  note,
})
