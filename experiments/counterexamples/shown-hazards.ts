/** For tests: a history for each hazard whose sign is no guarantee's, in which it shows, with a good deal that is not needed. */
import type {LedgerEvent} from '#protocol/ledger-event.ts'
import type {Hazard} from '../hazards/hazard.ts'
import {
  appends,
  book,
  commits,
  historyOf,
  holds,
  lifecycle,
  opens,
  says,
  shows,
  step,
} from '../history/history-builder.ts'
import type {Told} from '../history/history-builder.ts'
import type {History} from '../history/history-event.ts'

type Without<E> = E extends unknown ? Omit<E, 'at' | 'userId' | 'conversationId'> : never
type OfConversation = Extract<LedgerEvent, {conversationId: string}>

const books = (at: number, event: Without<OfConversation>): Told =>
  book(at, {...event, userId: 'u', conversationId: 'conversation'})

const tab = (at: number, name: string, userId = 'u'): readonly Told[] => [
  opens(at, name, {userId}),
  lifecycle(at + 1, name, 'loaded', 'visible'),
  holds(at + 2, name, 'visible'),
]

/** Both tabs show a question and its answer. */
const CALM: readonly Told[] = [
  ...tab(600, 'A'),
  ...tab(610, 'B'),
  says(630, 'B', {kind: 'titled', chars: 4, titleHash: '#old'}),
  commits(700, 'm1'),
  commits(800, 'a1', {parentId: 'm1', role: 'assistant'}),
  shows(810, 'A', 'm1', 'a1'),
  shows(811, 'B', 'm1', 'a1'),
]

const sendsFrom = (name: string, at: number, messageId: string, parentId: string): readonly Told[] => [
  step(at - 10, 9, 'send', 'began', {tab: name}),
  says(at, name, {kind: 'acted', act: 'sent', messageId, parentId}),
  step(at + 1, 9, 'send', 'ended', {tab: name}),
]
const acts = (at: number, name: string, act: 'deleted' | 'renamed' | 'model-chosen' | 'stopped'): Told =>
  says(at, name, {kind: 'acted', act, messageId: null, parentId: null})
const asked = (at: number, name: string, status: number, userId = 'u'): Told =>
  book(at, {kind: 'asked', userId, tab: name, what: 'send', conversationId: 'conversation', status, bytes: 9})
const reading = (at: number, name: string, ...ids: readonly string[]): Told =>
  says(at, name, {
    kind: 'reading',
    label: 'final',
    conversationId: 'conversation',
    connection: 'connected',
    view: ids.map((id) => ({id, chars: 10, status: 'complete', textHash: `#${id}`})),
  })

const TOLD = {
  'sent into deleted': [
    ...CALM,
    acts(1_990, 'A', 'deleted'),
    books(2_000, {kind: 'deleted'}),
    ...sendsFrom('B', 2_812, 'm2', 'a1'),
    asked(2_830, 'B', 404),
  ],
  'sent under an old name': [
    ...CALM,
    acts(1_990, 'A', 'renamed'),
    books(2_000, {kind: 'renamed', titleHash: '#new'}),
    ...sendsFrom('B', 2_400, 'm2', 'a1'),
    commits(2_410, 'm2', {parentId: 'a1'}),
    shows(2_420, 'B', 'm1', 'a1', 'm2'),
  ],
  'stopped by another tab': [
    ...CALM,
    ...sendsFrom('A', 2_000, 'm2', 'a1'),
    commits(2_010, 'm2', {parentId: 'a1'}),
    appends(2_100, 'a2', 3),
    shows(2_110, 'A', 'm1', 'a1', 'm2', ['a2', 3]),
    shows(2_150, 'B', 'm1', 'a1', 'm2', ['a2', 3]),
    acts(2_300, 'B', 'stopped'),
    books(2_310, {kind: 'stopped', messageId: 'a2'}),
    commits(2_311, 'a2', {parentId: 'm2', role: 'assistant'}),
    reading(3_000, 'A', 'm1', 'a1', 'm2', 'a2'),
  ],
  'answered by the old model': [
    ...CALM,
    acts(1_990, 'A', 'model-chosen'),
    books(2_000, {kind: 'model-chosen', model: 'larger'}),
    ...sendsFrom('B', 2_500, 'm2', 'a1'),
    commits(2_510, 'm2', {parentId: 'a1'}),
    books(2_520, {kind: 'turn-began', messageId: 'a2', model: 'smaller'}),
  ],
  'draft lost': [
    ...CALM,
    step(2_000, 5, 'type', 'began'),
    says(2_300, 'B', {kind: 'draft', chars: 53, textHash: '#draft'}),
    step(2_400, 5, 'type', 'ended'),
    holds(2_500, 'B', 'closed'),
    opens(3_000, 'B', {navigationStartMs: 2_900}),
    lifecycle(3_010, 'B', 'loaded', 'visible'),
    says(3_020, 'B', {kind: 'draft', chars: 0, textHash: '#'}),
    reading(3_100, 'B', 'm1', 'a1'),
  ],
  'sent as another account': [
    ...tab(600, 'A'),
    ...tab(610, 'B', 'v'),
    ...sendsFrom('A', 1_000, 'm1', 'root'),
    asked(1_020, 'A', 200, 'v'),
  ],
} as const satisfies Partial<Record<Hazard, readonly Told[]>>
export type ToldHazard = keyof typeof TOLD

export const SHOWN_HAZARDS: readonly (readonly [ToldHazard, History])[] = Object.entries(TOLD).map(
  ([hazard, told]) => [
    hazard as ToldHazard,
    historyOf(told, {cell: {experiment: 'stale-read', conditions: {hazard}}, footer: {at: 9_000}}),
  ],
)
