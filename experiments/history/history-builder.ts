/** Tiny histories for tests, told event by event on the one clock. Pages began at 500 ms of it. */
import {HISTORY_FORMAT} from './history-event.ts'
import type {FaultSchedule} from './fault.ts'
import type {CellSpec, History, HistoryFooter, RecordedEvent, TabState} from './history-event.ts'

const NAVIGATION_START_MS = 500

type WithoutLine<E> = E extends unknown ? Omit<E, 'line'> : never
export type Told = WithoutLine<RecordedEvent>
type Of<K extends Told['kind']> = Extract<Told, {kind: K}>
type Testimony = WithoutAt<Of<'witness'>['event']>
type Booked = WithoutAt<Of<'ledger'>['event']>
type WithoutAt<E> = E extends unknown ? Omit<E, 'at'> : never

export const aCell: CellSpec = {
  experiment: 'cross-tab-staleness',
  platform: 'chatgpt',
  policy: 'observed',
  conditions: {},
  seed: 'seed',
  repetition: 1,
}

export type Around = {
  readonly cell?: Partial<CellSpec>
  readonly cellId?: string
  readonly schedule?: FaultSchedule
  readonly footer?: Partial<HistoryFooter>
}

/** The first event told stands on line 2, whatever its time. */
export function historyOf(told: readonly Told[], around: Around = {}): History {
  const events = told.map((event, index): RecordedEvent => ({...event, line: index + 2}))
  const last = Math.max(0, ...told.map((event) => event.at))
  return {
    header: {
      kind: 'header',
      format: HISTORY_FORMAT,
      at: 0,
      cellId: around.cellId ?? 'c0ffee000000',
      cell: {...aCell, ...around.cell},
      steps: [],
      ...(around.schedule && {schedule: [...around.schedule]}),
      browser: 'Chromium 156',
      alone: true,
    },
    events: events.toSorted((a, b) => a.at - b.at),
    footer: {
      kind: 'footer',
      at: last,
      lines: told.length + 2,
      wallMs: last,
      waitedMs: 0,
      failure: null,
      ...around.footer,
    },
  }
}

export const opens = (at: number, tab: string, about: Partial<Of<'tab-opened'>> = {}): Told => ({
  kind: 'tab-opened',
  at,
  tab,
  device: 'laptop',
  userId: 'u',
  navigationStartMs: NAVIGATION_START_MS,
  clockErrorMs: 0.3,
  ...about,
})

export const holds = (at: number, tab: string, state: TabState): Told => ({kind: 'tab-state', at, tab, state})

export const step = (
  at: number,
  index: number,
  what: string,
  phase: 'began' | 'ended',
  about: Partial<Of<'step'>> = {},
): Told => ({kind: 'step', at, index, do: what, tab: 'B', phase, outcome: 'ok', note: null, ...about})

type WindowName = Of<'window'>['name']
export const windowOpens = (at: number, name: WindowName = 'main', limitMs = 15_000): Told => ({
  kind: 'window',
  at,
  name,
  phase: 'opened',
  limitMs,
})
export const windowCloses = (at: number, name: WindowName = 'main', limitMs = 15_000): Told => ({
  kind: 'window',
  at,
  name,
  phase: 'closed',
  limitMs,
})

export const book = (at: number, event: Booked): Told => ({kind: 'ledger', at, event: {...event, at}})

/** A message of ten characters, whose hash is `#` and its id. */
export const commits = (
  at: number,
  messageId: string,
  about: Partial<Extract<Booked, {kind: 'committed'}>> = {},
): Told =>
  book(at, {
    kind: 'committed',
    userId: 'u',
    conversationId: 'conversation',
    messageId,
    parentId: null,
    role: 'user',
    chars: 10,
    textHash: `#${messageId}`,
    ...about,
  })

export const appends = (at: number, messageId: string, chars: number): Told =>
  book(at, {kind: 'appended', userId: 'u', conversationId: 'conversation', messageId, chars})

export const delivers = (
  at: number,
  tab: string,
  messageIds: string[],
  carries: 'completion' | 'hint' | 'content' = 'content',
): Told =>
  book(at, {
    kind: 'delivered',
    userId: 'u',
    tab,
    topic: 'conversation',
    messageIds,
    conversationId: 'conversation',
    carries,
    catchup: false,
    bytes: 100,
  })

export const says = (at: number, tab: string, event: Testimony): Told => ({
  kind: 'witness',
  at,
  tab,
  event: {...event, at: at - NAVIGATION_START_MS},
})

/** Each message by its id, in full; or its id and how many of its ten characters are there. */
export const shows = (at: number, tab: string, ...view: (string | readonly [string, number])[]): Told =>
  says(at, tab, {kind: 'shown', view: view.map(inView)})

export const reads = (at: number, tab: string, label: string, ...ids: string[]): Told =>
  says(at, tab, {
    kind: 'reading',
    label,
    conversationId: 'conversation',
    connection: 'connected',
    view: ids.map((id) => ({...inView(id), textHash: `#${id}`})),
  })

const inView = (said: string | readonly [string, number]) => {
  const [id, chars] = typeof said === 'string' ? [said, 10] : said
  return {id, chars, status: chars < 10 ? 'streaming' : 'complete'}
}

export const lifecycle = (at: number, tab: string, event: string, visibility: 'visible' | 'hidden'): Told =>
  says(at, tab, {kind: 'lifecycle', event, visibility, focused: false, persisted: false})

/** The interval ticked `count` times between `fromAt` and `at`, both on the one clock. */
export const ticks = (fromAt: number, at: number, tab: string, count: number): Told =>
  says(at, tab, {kind: 'ticks', fromAt: fromAt - NAVIGATION_START_MS, count, intervalMs: 50})

export const sends = (at: number, tab: string, messageId: string | null): Told =>
  says(at, tab, {kind: 'acted', act: 'sent', messageId, parentId: null})

export const receives = (
  at: number,
  tab: string,
  messageIds: string[],
  via: 'celsius' | 'answer-stream' | 'refetch' | 'relay' = 'celsius',
): Told => says(at, tab, {kind: 'received', via, topic: null, messageIds, bytes: 100})

export const beacon = (at: number, tab: string, name: string, stage: 'true' | 'received' | 'shown'): Told =>
  says(at, tab, {kind: 'beacon-seen', beacon: name, stage})

export const rivalSees = (at: number, tab: string, name: string): Told => ({
  kind: 'rival',
  at,
  tab,
  beacon: name,
})

export const health = (at: number, about: Partial<Of<'health'>> = {}): Told => ({
  kind: 'health',
  at,
  eventLoopDelayP99Ms: 2,
  eventLoopDelayMaxMs: 5,
  serverEventLoopDelayP99Ms: 3,
  stealPercent: 0,
  ...about,
})

export const knows = (at: number, device: string, pushDeviceId: string): Told => ({
  kind: 'device',
  at,
  device,
  pushDeviceId,
})

export const counts = (at: number, device: string, windows: number, workers = 1): Told => ({
  kind: 'census',
  at,
  device,
  windows,
  workers,
})

/** FCM was asked for, and took, a push about these messages. */
export const asks = (
  at: number,
  pushId: string,
  messageIds: string[],
  carries: 'completion' | 'hint' | 'content' = 'content',
): Told =>
  book(at, {
    kind: 'pushed',
    acceptedAt: at + 2,
    userId: 'u',
    conversationId: 'conversation',
    messageIds,
    carries,
    channelId: 'channel',
    pushId,
  })

type Pushed = WithoutAt<Of<'push'>['event']>
const bookPush = (at: number, event: Pushed): Told => ({kind: 'push', at, event: {...event, at}})
const ORIGIN = 'http://cell.localhost:1'

/** On its way to the device that the back end calls by `pushDeviceId`; the delivery has the push's name. */
export const stores = (at: number, pushId: string, pushDeviceId = '1'): Told =>
  bookPush(at, {
    kind: 'push-stored',
    messageId: pushId,
    deliveryId: `${pushDeviceId}/${pushId}`,
    deviceId: pushDeviceId,
    origin: ORIGIN,
  })

export const accepts = (at: number, pushId: string): Told =>
  bookPush(at, {kind: 'push-accepted', messageId: pushId, target: 'token', deliveries: 1, sizeBytes: 100})

export const pushSent = (at: number, pushId: string, pushDeviceId = '1'): Told =>
  bookPush(at, {kind: 'push-sent', deliveryId: `${pushDeviceId}/${pushId}`, origin: ORIGIN, attempt: 1})

export const acks = (at: number, pushId: string, pushDeviceId = '1'): Told =>
  bookPush(at, {kind: 'push-acked', deliveryId: `${pushDeviceId}/${pushId}`, origin: ORIGIN})

export const drops = (at: number, pushId: string, pushDeviceId = '1'): Told =>
  bookPush(at, {
    kind: 'push-dropped',
    deliveryId: `${pushDeviceId}/${pushId}`,
    origin: ORIGIN,
    why: 'fault',
  })

export const link = (at: number, what: 'opened' | 'closed', pushDeviceId = '1'): Told =>
  what === 'opened'
    ? bookPush(at, {kind: 'push-link-opened', deviceId: pushDeviceId, transport: 'mcs'})
    : bookPush(at, {kind: 'push-link-closed', deviceId: pushDeviceId, why: 'gone'})

const workerSays = (at: number, device: string, event: Testimony, clockErrorMs = 0.2): Told => ({
  kind: 'worker',
  at,
  device,
  clockErrorMs,
  event: {...event, at: at - NAVIGATION_START_MS},
})

export const wakes = (at: number, device: string, pushId: string, clockErrorMs?: number): Told =>
  workerSays(at, device, {kind: 'push-received', pushId, bytes: 100}, clockErrorMs)

export const forwards = (at: number, device: string, pushId: string, visibleWindows = 1): Told =>
  workerSays(at, device, {kind: 'push-forwarded', pushId, windows: 2, visibleWindows})

export const hears = (at: number, tab: string, pushId: string, messageIds: string[] = []): Told =>
  says(at, tab, {kind: 'received', via: 'fcm', topic: null, messageIds, bytes: 100, pushId})

type Struck = Of<'fault'>['event']
export const fault = (at: number, event: WithoutAt<Struck>): Told => ({
  kind: 'fault',
  at,
  event: {...event, at},
})

/** Each message by its id, whole, as {@link commits} has it. */
export const serverHas = (at: number, ...ids: string[]): Told => ({
  kind: 'server-view',
  at,
  conversationId: 'conversation',
  view: ids.map((id) => ({id, chars: 10, textHash: `#${id}`, status: 'complete'})),
})
