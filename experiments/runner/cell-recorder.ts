/** Writes one cell's history while it runs: the runner's steps, the server's ledger, the tabs' witnesses. */
import type {LedgerEvent} from '#protocol/ledger-event.ts'
import type {PushEvent} from '#protocol/push-event.ts'
import type {WitnessEvent} from '#protocol/witness-event.ts'
import type {ViewedMessage} from '../../servers/server-control.ts'
import type {Sighting} from '../browser/browser-tab.ts'
import {monotonicNowMs, type TabClock} from '../browser/clock.ts'
import type {Census} from '../browser/push-side.ts'
import type {FaultEvent} from '../history/fault-event.ts'
import type {HistoryEvent, TabState} from '../history/history-event.ts'
import type {HistoryWriter} from '../history/history-writer.ts'
import {inWords, type Step} from '../scenario/step.ts'
import {CellCapture} from './cell-capture.ts'
import type {Health} from './health.ts'
import {LiveView} from './live-view.ts'

export type WindowName = Extract<HistoryEvent, {kind: 'window'}>['name']
type Outcome = Extract<HistoryEvent, {kind: 'step'}>['outcome']

export class CellRecorder {
  readonly live = new LiveView()
  readonly capture = new CellCapture((line) => this.#writer.append(line))
  readonly #writer: HistoryWriter
  /** The scenario's own waits: what is left of the wall time is the cell's fixed cost. Of several at a time one counts. */
  #waitedMs = 0
  #waits = 0
  #waitingSince = 0
  #hasLeftTabs = false
  readonly #states = new Map<string, TabState>()
  readonly #listeners = new Set<(event: LedgerEvent) => void>()
  readonly #openWindows = new Map<WindowName, number>()

  constructor(writer: HistoryWriter) {
    this.#writer = writer
  }

  get waitedMs(): number {
    return this.#waitedMs + (this.#waits === 0 ? 0 : monotonicNowMs() - this.#waitingSince)
  }

  ledger(event: LedgerEvent): void {
    this.#writer.append({kind: 'ledger', at: event.at, event})
    this.live.learn(event)
    for (const listener of this.#listeners) listener(event)
  }

  /** Every line of the ledger from now on, once it is recorded. Returns the unsubscribe function. */
  onLedger(listener: (event: LedgerEvent) => void): () => void {
    this.#listeners.add(listener)
    return () => void this.#listeners.delete(listener)
  }

  /** What pages say from now on, while they are put away, is about no cell any more. */
  leaveTabs(): void {
    this.#hasLeftTabs = true
  }

  sighting(tab: string, {at, event}: Sighting): void {
    if (this.#hasLeftTabs) return
    this.#writer.append({kind: 'witness', at, tab, event})
    this.live.see(tab, event)
  }

  push(event: PushEvent): void {
    this.#writer.append({kind: 'push', at: event.at, event})
  }

  worker(device: string, {navigationStartMs, errorMs}: TabClock, event: WitnessEvent): void {
    const at = navigationStartMs + event.at
    this.#writer.append({kind: 'worker', at, device, clockErrorMs: errorMs, event})
    if (event.kind === 'push-received') this.capture.stamped(device, event.pushId, {at, errorMs})
  }

  device(device: string, pushDeviceId: string): void {
    this.#writer.append({kind: 'device', at: monotonicNowMs(), device, pushDeviceId})
  }

  census(device: string, {windows, workers}: Census): void {
    this.#writer.append({kind: 'census', at: monotonicNowMs(), device, windows, workers})
  }

  fault(event: FaultEvent): void {
    this.#writer.append({kind: 'fault', at: event.at, event})
  }

  serverView(conversationId: string, view: readonly ViewedMessage[]): void {
    this.#writer.append({kind: 'server-view', at: monotonicNowMs(), conversationId, view: [...view]})
  }

  stepBegan(index: number, step: Step): void {
    this.#step(index, step, 'began', 'ok', inWords(step))
  }

  /** `note`: what its own words do not say already. */
  stepEnded(index: number, step: Step, outcome: Outcome = 'ok', note: string | null = null): void {
    this.#step(index, step, 'ended', outcome, note)
  }

  #step(index: number, step: Step, phase: 'began' | 'ended', outcome: Outcome, note: string | null): void {
    const tab = 'tab' in step ? step.tab : null
    this.#writer.append({kind: 'step', at: monotonicNowMs(), index, do: step.do, tab, phase, outcome, note})
  }

  tabOpened(tab: string, device: string, userId: string, clock: TabClock): void {
    const {navigationStartMs, errorMs} = clock
    this.#writer.append({
      kind: 'tab-opened',
      at: monotonicNowMs(),
      tab,
      device,
      userId,
      navigationStartMs,
      clockErrorMs: errorMs,
    })
  }

  /** What the tab was last said to be in. */
  stateOf(tab: string): TabState | null {
    return this.#states.get(tab) ?? null
  }

  tabState(tab: string, state: TabState): void {
    this.#states.set(tab, state)
    this.#writer.append({kind: 'tab-state', at: monotonicNowMs(), tab, state})
  }

  /** What happens in a measured window is the scenario's own time, not the cell's cost. */
  windowOpened(name: WindowName, limitMs: number): void {
    this.#writer.append({kind: 'window', at: monotonicNowMs(), name, phase: 'opened', limitMs})
    this.#openWindows.set(name, limitMs)
    this.#waitBegins()
  }

  windowClosed(name: WindowName): void {
    const limitMs = this.#openWindows.get(name)
    if (limitMs === undefined) throw new TypeError(`the ${name} window is not open`)
    this.#openWindows.delete(name)
    this.#writer.append({kind: 'window', at: monotonicNowMs(), name, phase: 'closed', limitMs})
    this.#waitEnds()
  }

  get openWindows(): readonly WindowName[] {
    return [...this.#openWindows.keys()]
  }

  rival(tab: string, beacon: string, at: number): void {
    this.#writer.append({kind: 'rival', at, tab, beacon})
  }

  health(health: Health, serverEventLoopDelayP99Ms: number): void {
    this.#writer.append({kind: 'health', at: monotonicNowMs(), ...health, serverEventLoopDelayP99Ms})
  }

  /** Runs what the scenario itself waits for outside its windows. */
  async waiting<T>(wait: () => Promise<T>): Promise<T> {
    this.#waitBegins()
    try {
      return await wait()
    } finally {
      this.#waitEnds()
    }
  }

  #waitBegins(): void {
    if (this.#waits === 0) this.#waitingSince = monotonicNowMs()
    this.#waits += 1
  }

  #waitEnds(): void {
    this.#waits -= 1
    if (this.#waits === 0) this.#waitedMs += monotonicNowMs() - this.#waitingSince
  }
}
