/** Histories of one tab B that a fault strikes, for the tests of K11–K17: what is told is laid into a frame of steps. */
import type {History, RecordedEvent} from '../history/history-event.ts'
import {
  fault,
  historyOf,
  holds,
  lifecycle,
  opens,
  says,
  step,
  windowCloses,
  windowOpens,
  type Around,
  type Told,
} from '../history/history-builder.ts'
import type {FaultTarget, Fault} from '../history/fault.ts'
import {recoveriesOf} from './recovery.ts'
import type {TabRecovery} from './tab-recovery.ts'

/** The cell begins to count at 1000, its deadline is at 9000. */
export const COUNTS_FROM = 1_000
export const DEADLINE = 9_000

export const frame = (tab = 'B'): readonly Told[] => [
  opens(600, tab),
  lifecycle(601, tab, 'loaded', 'visible'),
  holds(610, tab, 'visible'),
  windowOpens(COUNTS_FROM, 'main', 10_000),
  step(5_000, 7, 'recover', 'began', {tab: null}),
  step(DEADLINE, 7, 'recover', 'ended', {tab: null}),
  windowCloses(DEADLINE, 'main', 10_000),
]

export const recoveryCell = (told: readonly Told[], around: Around = {}): History =>
  historyOf([...frame(), ...told], around)

export function recoveryOf(told: readonly Told[], around: Around = {}): TabRecovery {
  const [recovery] = recoveriesOf(recoveryCell(told, around))
  if (recovery === undefined) throw new TypeError('no tab had to recover')
  return recovery
}

type Ledger = Extract<RecordedEvent, {kind: 'ledger'}>['event']
type Booked = Ledger extends infer E ? (E extends unknown ? Omit<E, 'at'> : never) : never
export const books = (at: number, event: Booked): Told => ({
  kind: 'ledger',
  at,
  event: {...event, at},
})

export const asks = (
  at: number,
  what: Extract<Ledger, {kind: 'asked'}>['what'],
  {bytes = 100, status = 200}: {readonly bytes?: number; readonly status?: number} = {},
): Told =>
  books(at, {kind: 'asked', userId: 'u', tab: 'B', what, conversationId: 'conversation', status, bytes})

export const isWithServer = (at: number, kind: 'connected' | 'disconnected', code = 1006): Told =>
  kind === 'connected'
    ? books(at, {kind, userId: 'u', tab: 'B'})
    : books(at, {kind, userId: 'u', tab: 'B', code})

export const connection = (
  at: number,
  state: string,
  about: {readonly why?: 'closed' | 'probe' | 'watchdog'; readonly attempt?: number} = {},
): Told => says(at, 'B', {kind: 'connection', state, ...about})

const TO_B: FaultTarget = {owner: 'B', on: 'everything'}

/** Bites B's link 5 ms after it began. */
export const strikes = (
  from: number,
  to: number,
  what: Fault = {name: 'blackhole'},
  target: FaultTarget = TO_B,
): readonly Told[] => [
  fault(from, {kind: 'fault-began', faultId: 1, fault: what, target}),
  fault(from + 5, {
    kind: 'fault-bit',
    faultId: 1,
    connection: 1,
    owner: 'B',
    direction: 'to-client',
    bytes: 10,
  }),
  fault(to, {kind: 'fault-healed', faultId: 1, why: 'healed'}),
]

export const heals = (at: number): Told => step(at, 5, 'heal', 'began', {tab: null})
