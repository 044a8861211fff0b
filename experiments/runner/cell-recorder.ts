/** Writes one cell's history while it runs: the runner's steps, the server's ledger, the tabs' witnesses. */
import type {LedgerEvent} from '#protocol/ledger-event.ts'
import type {PushEvent} from '#protocol/push-event.ts'
import type {WitnessEvent} from '#protocol/witness-event.ts'
import type {Sighting} from '../browser/browser-tab.ts'
import {monotonicNowMs, type TabClock} from '../browser/clock.ts'
import type {Census} from '../browser/push-side.ts'
import type {HistoryEvent, TabState} from '../history/history-event.ts'
import type {HistoryWriter} from '../history/history-writer.ts'
import {inWords, type Step} from '../scenario/step.ts'
import type {Health} from './health.ts'
import {LiveView} from './live-view.ts'

export type WindowName = Extract<HistoryEvent, {kind: 'window'}>['name']
type Outcome = Extract<HistoryEvent, {kind: 'step'}>['outcome']

export class CellRecorder {
  readonly live = new LiveView()
  readonly #writer: HistoryWriter
  /** The scenario's own waits: what is left of the wall time is the cell's fixed cost. */
  #waitedMs = 0
  #windowOpenedAt = 0

  constructor(writer: HistoryWriter) {
    this.#writer = writer
  }

  get waitedMs(): number {
    return this.#waitedMs
  }

  ledger(event: LedgerEvent): void {
    this.#writer.append({kind: 'ledger', at: event.at, event})
    this.live.learn(event)
  }

  sighting(tab: string, {at, event}: Sighting): void {
    this.#writer.append({kind: 'witness', at, tab, event})
    this.live.see(tab, event)
  }

  push(event: PushEvent): void {
    this.#writer.append({kind: 'push', at: event.at, event})
  }

  worker(device: string, {navigationStartMs, errorMs}: TabClock, event: WitnessEvent): void {
    this.#writer.append({
      kind: 'worker',
      at: navigationStartMs + event.at,
      device,
      clockErrorMs: errorMs,
      event,
    })
  }

  device(device: string, pushDeviceId: string): void {
    this.#writer.append({kind: 'device', at: monotonicNowMs(), device, pushDeviceId})
  }

  census(device: string, {windows, workers}: Census): void {
    this.#writer.append({kind: 'census', at: monotonicNowMs(), device, windows, workers})
  }

  step(index: number, step: Step, phase: 'began' | 'ended', outcome: Outcome = 'ok'): void {
    const tab = 'tab' in step ? step.tab : null
    const note = phase === 'began' ? inWords(step) : null
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

  tabState(tab: string, state: TabState): void {
    this.#writer.append({kind: 'tab-state', at: monotonicNowMs(), tab, state})
  }

  /** What happens in a measured window is the scenario's own time, not the cell's cost. */
  window(name: WindowName, phase: 'opened' | 'closed', limitMs: number): void {
    const at = monotonicNowMs()
    this.#writer.append({kind: 'window', at, name, phase, limitMs})
    if (phase === 'opened') this.#windowOpenedAt = at
    else this.#waitedMs += at - this.#windowOpenedAt
  }

  rival(tab: string, beacon: string, at: number): void {
    this.#writer.append({kind: 'rival', at, tab, beacon})
  }

  health(health: Health, serverEventLoopDelayP99Ms: number): void {
    this.#writer.append({kind: 'health', at: monotonicNowMs(), ...health, serverEventLoopDelayP99Ms})
  }

  /** Runs what the scenario itself waits for outside its windows. */
  async waiting<T>(wait: () => Promise<T>): Promise<T> {
    const from = monotonicNowMs()
    try {
      return await wait()
    } finally {
      this.#waitedMs += monotonicNowMs() - from
    }
  }
}
