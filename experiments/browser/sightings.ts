/**
 * What a tab's witness says, moved onto the one clock, and waits for it. Does not know how testimony leaves the page nor
 * what browser that page is in. Rules WI1, WI2.
 */
import {EventEmitter} from 'node:events'
import {readTestimony, type Testimony} from '#protocol/testimony.ts'
import type {WitnessEvent} from '#protocol/witness-event.ts'
import type {Sighting} from './browser-tab.ts'
import type {TabClock} from './clock.ts'
import {deadline} from './deadline.ts'

const READY_TIMEOUT_MS = 15_000
const WITNESS_TIMEOUT_MS = 5_000

type Lifecycle = Extract<WitnessEvent, {kind: 'lifecycle'}>
type Events = {sighting: [Sighting]; ready: [number]; gone: []}

export class Sightings {
  readonly #events = new EventEmitter<Events>()
  readonly #clocks = new Map<number, TabClock>()
  /** Testimonies of a navigation whose clock is not read yet. */
  #unclocked: Testimony[] = []
  #timeOrigin = 0
  #lifecycle: Lifecycle | null = null

  constructor() {
    this.#events.setMaxListeners(0)
  }

  /** Takes a testimony as the page wrote it. */
  take(text: string): void {
    const testimony = readTestimony(text)
    this.#timeOrigin = Math.max(this.#timeOrigin, testimony.timeOrigin)
    if (testimony.timeOrigin === this.#timeOrigin) {
      for (const event of testimony.events) {
        if (event.kind !== 'lifecycle') continue
        this.#lifecycle = event
        if (event.event === 'ready') this.#events.emit('ready', testimony.timeOrigin)
      }
    }
    if (this.#clocks.has(testimony.timeOrigin)) this.#tell(testimony)
    else this.#unclocked.push(testimony)
  }

  /** The tab is gone: whoever waits for it waits in vain. */
  end(): void {
    this.#events.emit('gone')
  }

  on(listener: (sighting: Sighting) => void): () => void {
    this.#events.on('sighting', listener)
    return () => this.#events.off('sighting', listener)
  }

  async first(matches: (event: WitnessEvent) => boolean, timeoutMs: number, what: string): Promise<Sighting> {
    const {promise, resolve} = Promise.withResolvers<Sighting>()
    const off = this.on((sighting) => {
      if (matches(sighting.event)) resolve(sighting)
    })
    return this.#unlessGone(promise, timeoutMs, what).finally(off)
  }

  async visibility(wanted: 'visible' | 'hidden'): Promise<void> {
    if (this.#lifecycle?.visibility === wanted) return
    await this.first(
      (event) => event.kind === 'lifecycle' && event.visibility === wanted,
      WITNESS_TIMEOUT_MS,
      `the tab to become ${wanted}`,
    )
  }

  /** Runs `go`, waits until a page of a later time origin is ready, and tells everything it said once its clock is read. */
  async navigated(go: () => Promise<void>, readClock: () => Promise<TabClock>): Promise<TabClock> {
    const before = this.#timeOrigin
    const {promise, resolve} = Promise.withResolvers<void>()
    const onReady = (timeOrigin: number) => {
      if (timeOrigin !== before) resolve()
    }
    this.#events.on('ready', onReady)
    try {
      await go()
      await this.#unlessGone(promise, READY_TIMEOUT_MS, 'the page to be ready')
    } finally {
      this.#events.off('ready', onReady)
    }
    const clock = await readClock()
    this.#clocks.set(this.#timeOrigin, clock)
    for (const testimony of this.#unclocked.splice(0)) this.#tell(testimony)
    return clock
  }

  /** Runs `go` and waits until the page that was left says that it is shown again (null), or another one is ready. */
  async returned(
    go: () => Promise<void>,
    readClock: () => Promise<TabClock>,
    timeoutMs: number,
  ): Promise<TabClock | null> {
    const isShownAgain = (event: WitnessEvent) =>
      event.kind === 'lifecycle' && event.event === 'pageshow' && event.persisted
    const kept = this.first(isShownAgain, timeoutMs, 'the page to be shown again').then(() => null)
    const loaded = this.navigated(go, readClock)
    const both = [kept, loaded]
    // The one that does not come is waited for in vain.
    for (const one of both) one.catch(() => undefined)
    return Promise.any(both).catch((cause: unknown) => {
      throw new Error('the tab did not come back to the page it had left', {cause})
    })
  }

  #tell({timeOrigin, events}: Testimony): void {
    const clock = this.#clocks.get(timeOrigin)
    // The farewell of a page that left before its clock was read belongs to no measurement.
    if (clock === undefined) return
    for (const event of events) this.#events.emit('sighting', {at: clock.navigationStartMs + event.at, event})
  }

  async #unlessGone<T>(promise: Promise<T>, timeoutMs: number, what: string): Promise<T> {
    const {promise: gone, reject} = Promise.withResolvers<never>()
    const onGone = () => reject(new Error(`the tab was gone while waiting for ${what}`))
    this.#events.once('gone', onGone)
    return deadline(Promise.race([promise, gone]), timeoutMs, what).finally(() =>
      this.#events.off('gone', onGone),
    )
  }
}
