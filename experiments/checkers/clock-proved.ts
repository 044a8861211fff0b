/**
 * Rule P2: every tab's clock is known well enough, and nothing was seen before it can have happened: no token on screen
 * before the model wrote it, no message of another tab on screen before its commit (unless a relay brought it), no frame
 * received before it was handed to the socket, no push heard by a worker before it was sent, nor by a tab before that.
 */
import type {History} from '../history/history-event.ts'
import type {Checker} from './checker.ts'
import {LIMITS} from './defaults.ts'
import {committedMessages, senders} from './message.ts'
import {pushesOf} from './push-milestones.ts'
import type {Violation} from './verdict.ts'

export const clockProved: Checker = (history) => {
  const clocks = clockErrors(history)
  const because = [...clocks].flatMap(([tab, {errorMs, line}]): Violation[] =>
    errorMs <= LIMITS.clockErrorMs
      ? []
      : [
          {
            rule: 'P2',
            tab,
            lines: [line],
            note: `its clock is known to ${errorMs} ms, not to ${LIMITS.clockErrorMs} ms`,
          },
        ],
  )
  const pairs = [...written(history), ...handedOver(history), ...committed(history), ...pushed(history)]
  for (const {tab, cause, effect, note, moreErrorMs = 0} of pairs) {
    const allowedMs = (clocks.get(tab)?.errorMs ?? 0) + moreErrorMs + LIMITS.stampSlackMs
    const earlyMs = cause.at - effect.at
    if (earlyMs <= allowedMs) continue
    because.push({
      rule: 'P2',
      tab,
      lines: [cause.line, effect.line],
      note: `${note}, ${earlyMs.toFixed(1)} ms too early`,
    })
  }
  if (because.length > 0) return {verdict: 'invalid', because}
  if (clocks.size === 0) return {verdict: 'unknown', why: 'no tab was opened'}
  const worstMs = Math.max(...[...clocks.values()].map(({errorMs}) => errorMs))
  return {verdict: 'valid', details: {tabs: clocks.size, compared: pairs.length, worstClockErrorMs: worstMs}}
}

/** The worst of each tab: a reloaded page has a clock of its own. */
function clockErrors({events}: History): ReadonlyMap<string, {errorMs: number; line: number}> {
  const clocks = new Map<string, {errorMs: number; line: number}>()
  for (const event of events) {
    if (event.kind !== 'tab-opened') continue
    const known = clocks.get(event.tab)
    if (known === undefined || known.errorMs < event.clockErrorMs)
      clocks.set(event.tab, {errorMs: event.clockErrorMs, line: event.line})
  }
  return clocks
}

type Stamp = {readonly at: number; readonly line: number}
type Pair = {
  readonly tab: string
  readonly cause: Stamp
  readonly effect: Stamp
  readonly note: string
  /** Of another clock than the tab's. */
  readonly moreErrorMs?: number
}

/** The model wrote so many characters; later a tab shows as many for the first time. */
function written(history: History): readonly Pair[] {
  const appended = new Map<string, (Stamp & {readonly chars: number})[]>()
  const progress = new Map<string, {chars: number; next: number}>()
  const pairs: Pair[] = []
  for (const {kind, at, line, ...rest} of history.events) {
    if (kind !== 'ledger' || !('event' in rest) || rest.event.kind !== 'appended') continue
    const {messageId, chars} = rest.event
    const known = appended.get(messageId)
    if (known === undefined) appended.set(messageId, [{at, line, chars}])
    else known.push({at, line, chars})
  }
  for (const event of history.events) {
    if (event.kind !== 'witness' || event.event.kind !== 'shown') continue
    for (const {id, chars} of event.event.view) {
      const appends = appended.get(id)
      if (appends === undefined) continue
      const key = JSON.stringify([event.tab, id])
      const before = progress.get(key) ?? {chars: 0, next: 0}
      if (chars <= before.chars) continue
      let {next} = before
      while (next < appends.length && (appends[next]?.chars ?? 0) < chars) next += 1
      progress.set(key, {chars, next})
      const cause = appends[next]
      if (cause !== undefined)
        pairs.push({tab: event.tab, cause, effect: event, note: `${id} shown before it was written`})
    }
  }
  return pairs
}

/** The first frame about a message that was handed to a tab's socket, and the first that the tab received there. */
function handedOver({events}: History): readonly Pair[] {
  const handed = new Map<string, Stamp>()
  const received = new Map<string, {tab: string; id: string; effect: Stamp}>()
  for (const event of events) {
    if (event.kind === 'ledger' && event.event.kind === 'delivered') {
      const {tab, messageIds} = event.event
      for (const id of messageIds) setOnce(handed, JSON.stringify([tab, id]), event)
    }
    if (event.kind === 'witness' && event.event.kind === 'received' && event.event.via === 'celsius') {
      const {tab} = event
      for (const id of event.event.messageIds)
        setOnce(received, JSON.stringify([tab, id]), {tab, id, effect: event})
    }
  }
  return [...received].flatMap(([key, {tab, id, effect}]) => {
    const cause = handed.get(key)
    return cause === undefined ? [] : [{tab, cause, effect, note: `${id} received before it was sent`}]
  })
}

/** A message that another tab sent is not on a screen before the server committed it. Answers grow before they are. */
function committed(history: History): readonly Pair[] {
  const messages = committedMessages(history)
  const senderOf = senders(history)
  const settled = new Set<string>()
  const pairs: Pair[] = []
  for (const event of history.events) {
    if (event.kind !== 'witness') continue
    const {tab} = event
    const said = event.event
    if (said.kind === 'received' && said.via === 'relay')
      for (const id of said.messageIds) settled.add(JSON.stringify([tab, id]))
    if (said.kind !== 'shown') continue
    for (const {id, status} of said.view) {
      const key = JSON.stringify([tab, id])
      const message = messages.get(id)
      if (
        message === undefined ||
        // The page says itself that it has it from nobody: what it sends again by itself no act names.
        status === 'sending' ||
        message.role === 'assistant' ||
        settled.has(key) ||
        senderOf(message) === tab
      )
        continue
      settled.add(key)
      pairs.push({tab, cause: message, effect: event, note: `${id} shown before it was committed`})
    }
  }
  return pairs
}

/** A push is written to the browser, then the service worker hears it, then the tabs it is posted to. */
function pushed(history: History): readonly Pair[] {
  return pushesOf(history).flatMap(({pushId, sent, heardByWorker, heardByTab}): Pair[] => {
    const [first] = sent
    const [worker] = heardByWorker
    if (first === undefined || worker === undefined) return []
    const {clockErrorMs: moreErrorMs} = worker
    return [
      {tab: '', cause: first, effect: worker, note: `${pushId} heard before it was sent`, moreErrorMs},
      ...heardByTab.map(({tab, ...effect}) => ({
        tab,
        cause: worker,
        effect,
        note: `${pushId} heard before its worker had it`,
        moreErrorMs,
      })),
    ]
  })
}

function setOnce<V>(map: Map<string, V>, key: string, value: V): void {
  if (!map.has(key)) map.set(key, value)
}
