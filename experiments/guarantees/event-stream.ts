/**
 * A long history made up as it is read, in the proportions of recorded ones: persons with three tabs send in one
 * conversation after another, each answer is written in pieces that all tabs show. Every so often a tab is behind and acts.
 */
import {HISTORY_FORMAT} from '../history/history-event.ts'
import type {HistoryFooter, HistoryHeader, RecordedEvent} from '../history/history-event.ts'
import {aCell} from '../history/history-builder.ts'
import type {Told} from '../history/history-builder.ts'

const TABS = ['A', 'B', 'C'] as const
const TURNS = 10
const PIECES = 12
const PIECE_CHARS = 20
/** Every so many turns the tab that sends next does not hear of one, and sends on what it shows. */
const STALE_EVERY = 25

export function eventStream(count: number): {
  readonly header: HistoryHeader
  readonly footer: HistoryFooter
  readonly stream: IteratorObject<RecordedEvent, undefined>
} {
  const around = {cellId: 'c0ffee000000', cell: aCell, steps: [], browser: 'Chromium 156', alone: true}
  return {
    header: {kind: 'header', format: HISTORY_FORMAT, at: 0, ...around},
    footer: {kind: 'footer', at: count, lines: count + 2, wallMs: count, waitedMs: 0, failure: null},
    stream: happenings()
      .take(count)
      .map((told, index): RecordedEvent => ({...told, at: index + 1, line: index + 2})),
  }
}

type Shown = {readonly id: string; readonly chars: number; readonly status: string}

/** `at` is put in where the lines are counted. */
function* happenings(): Generator<Told, undefined> {
  for (const tab of TABS)
    yield {
      kind: 'tab-opened',
      at: 0,
      tab,
      device: 'laptop',
      userId: 'u',
      navigationStartMs: 0,
      clockErrorMs: 0.3,
    }
  let path: readonly Shown[] = []
  for (let turn = 0; ; turn += 1) {
    const conversationId = `c0ffee00-0000-4000-8000-${String(Math.floor(turn / TURNS)).padStart(12, '0')}`
    if (turn % TURNS === 0) path = []
    const isBehind = turn % STALE_EVERY === STALE_EVERY - 1 && path.length >= 4
    const isMissed = (turn + 1) % STALE_EVERY === STALE_EVERY - 1
    const before = isBehind ? path.slice(0, -2) : path
    yield* oneTurn(
      conversationId,
      turn,
      before,
      isMissed ? TABS.filter((tab) => tab !== senderOf(turn + 1)) : TABS,
    )
    path = [...before, whole(idOf('b', turn)), whole(idOf('a', turn))]
  }
}

const senderOf = (turn: number): string => TABS[turn % TABS.length] ?? 'A'

const idOf = (letter: string, turn: number): string =>
  `${letter}0000000-0000-4000-8000-${String(turn).padStart(12, '0')}`

const whole = (id: string): Shown => ({id, chars: PIECES * PIECE_CHARS, status: 'complete'})

function* oneTurn(
  conversationId: string,
  turn: number,
  before: readonly Shown[],
  tabs: readonly string[],
): Generator<Told, undefined> {
  const sender = senderOf(turn)
  const [prompt, answer] = [whole(idOf('b', turn)), idOf('a', turn)]
  const parentId = before.at(-1)?.id ?? null
  const about = {at: 0, userId: 'u', conversationId, chars: prompt.chars}
  yield said(sender, {kind: 'acted', at: 0, act: 'sent', messageId: prompt.id, parentId})
  yield shows(sender, [...before, {...prompt, status: 'sending'}])
  yield booked({
    kind: 'committed',
    ...about,
    messageId: prompt.id,
    parentId,
    role: 'user',
    textHash: `b${turn}`,
  })
  for (const tab of tabs) yield* hears(tab, conversationId, prompt.id, [...before, prompt])

  for (let piece = 1; piece <= PIECES; piece += 1) {
    const grown = {id: answer, chars: piece * PIECE_CHARS, status: 'streaming'}
    yield booked({
      kind: 'appended',
      at: 0,
      userId: 'u',
      conversationId,
      messageId: answer,
      chars: grown.chars,
    })
    for (const tab of tabs) yield* hears(tab, conversationId, answer, [...before, prompt, grown])
  }
  yield booked({
    kind: 'committed',
    ...about,
    messageId: answer,
    parentId: prompt.id,
    role: 'assistant',
    textHash: `a${turn}`,
  })
  for (const tab of tabs) yield* hears(tab, conversationId, answer, [...before, prompt, whole(answer)])
}

function* hears(
  tab: string,
  conversationId: string,
  messageId: string,
  view: readonly Shown[],
): Generator<Told, undefined> {
  const [messageIds, topic] = [[messageId], `conversation-${conversationId}`]
  const about = {at: 0, userId: 'u', tab, topic, messageIds, conversationId}
  yield booked({kind: 'delivered', ...about, carries: 'content', catchup: false, bytes: 700})
  yield said(tab, {kind: 'received', at: 0, via: 'celsius', topic, messageIds, bytes: 700})
  yield said(tab, {kind: 'applied', at: 0, messageId, chars: view.at(-1)?.chars ?? 0})
  yield shows(tab, view)
  yield said(tab, {kind: 'painted', at: 0, shownAt: 0})
}

type Of<K extends Told['kind']> = Extract<Told, {kind: K}>
const booked = (event: Of<'ledger'>['event']): Told => ({kind: 'ledger', at: 0, event})
const said = (tab: string, event: Of<'witness'>['event']): Told => ({kind: 'witness', at: 0, tab, event})
/** As strings come out of a file: each of its own, not shared with the view before. */
const shows = (tab: string, view: readonly Shown[]): Told =>
  said(tab, {kind: 'shown', at: 0, view: view.map((line) => ({...line}))})
