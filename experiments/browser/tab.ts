/**
 * One real tab: navigates, types as a person does, and hands on what its witness says, moved onto the one clock.
 * Does not know scenarios; tab-state.ts knows how it is hidden or frozen.
 */
import {EventEmitter} from 'node:events'
import type {CDPSession, Page} from 'playwright'
import {readClockReading, readTestimony, TESTIMONY_BINDING, type Testimony} from '#protocol/testimony.ts'
import type {WitnessEvent} from '#protocol/witness-event.ts'
import {monotonicNowMs, tabClock, type Bracket, type TabClock} from './clock.ts'
import {deadline} from './deadline.ts'

/** Enough round trips to bound the error by {@link GOOD_CLOCK_MS}, on a busy machine up to this many. */
const MAX_CLOCK_ROUND_TRIPS = 60
const GOOD_CLOCK_MS = 0.6
const READY_TIMEOUT_MS = 15_000
const WITNESS_TIMEOUT_MS = 5_000
const CLOCK_READING = 'JSON.stringify({timeOrigin: performance.timeOrigin, now: performance.now()})'

/** A witness event on the one clock. */
export type Sighting = {readonly at: number; readonly event: WitnessEvent}
export type Lifecycle = Extract<WitnessEvent, {kind: 'lifecycle'}>

type TabEvents = {sighting: [Sighting]; ready: [number]; gone: []}

export class Tab {
  readonly page: Page
  readonly cdp: CDPSession
  readonly #events = new EventEmitter<TabEvents>()
  readonly #clocks = new Map<number, TabClock>()
  /** Testimonies of a navigation whose clock is not read yet. */
  #unclocked: Testimony[] = []
  #timeOrigin = 0
  #lifecycle: Lifecycle | null = null

  private constructor(page: Page, cdp: CDPSession) {
    this.page = page
    this.cdp = cdp
    this.#events.setMaxListeners(0)
    cdp.on('Runtime.bindingCalled', ({name, payload}) => {
      if (name === TESTIMONY_BINDING) this.#take(readTestimony(payload))
    })
    page.once('crash', () => this.#events.emit('gone'))
    page.once('close', () => this.#events.emit('gone'))
  }

  static async attach(page: Page): Promise<Tab> {
    const cdp = await page.context().newCDPSession(page)
    const tab = new Tab(page, cdp)
    await Promise.all([
      cdp.send('Runtime.enable'),
      cdp.send('Runtime.addBinding', {name: TESTIMONY_BINDING}),
      cdp.send('Performance.enable'),
      cdp.send('Page.enable'),
    ])
    return tab
  }

  /** Every witness event of this tab in the order it was said. Returns the unsubscribe function. */
  onSighting(listener: (sighting: Sighting) => void): () => void {
    this.#events.on('sighting', listener)
    return () => this.#events.off('sighting', listener)
  }

  /**
   * Goes to `url` and waits until the page says it is ready; gives what the page's clock is worth.
   * `whileLoading` runs when the navigation is committed and the page has not painted yet.
   */
  async goto(url: string, whileLoading?: () => Promise<void>): Promise<TabClock> {
    return this.#navigate(async () => {
      const {errorText} = await this.cdp.send('Page.navigate', {url})
      if (errorText) throw new Error(`the tab could not load the page: ${errorText}`)
      await whileLoading?.()
    })
  }

  async reload(): Promise<TabClock> {
    return this.#navigate(async () => {
      await this.cdp.send('Page.reload')
    })
  }

  /** Types into the composer and presses Enter, through the browser's own input pipeline. */
  async send(text: string): Promise<void> {
    const enter = {key: 'Enter', code: 'Enter', windowsVirtualKeyCode: 13}
    await this.evaluate(`document.querySelector('textarea[name=prompt]').focus()`)
    await this.cdp.send('Input.insertText', {text})
    await this.cdp.send('Input.dispatchKeyEvent', {type: 'keyDown', text: '\r', ...enter})
    await this.cdp.send('Input.dispatchKeyEvent', {type: 'keyUp', ...enter})
  }

  async evaluate(expression: string): Promise<unknown> {
    const {result, exceptionDetails} = await this.cdp.send('Runtime.evaluate', {
      expression,
      returnByValue: true,
      awaitPromise: true,
      userGesture: true,
    })
    if (exceptionDetails) {
      throw new Error(`in the page: ${exceptionDetails.exception?.description ?? exceptionDetails.text}`)
    }
    return result.value
  }

  /** Resolves with the first sighting that `matches`, said from now on. */
  async sighting(
    matches: (event: WitnessEvent) => boolean,
    timeoutMs: number,
    what: string,
  ): Promise<Sighting> {
    const {promise, resolve} = Promise.withResolvers<Sighting>()
    const off = this.onSighting((sighting) => {
      if (matches(sighting.event)) resolve(sighting)
    })
    return this.#unlessGone(promise, timeoutMs, what).finally(off)
  }

  /** Waits until the page itself says that it is visible or hidden. */
  async visibility(wanted: 'visible' | 'hidden'): Promise<void> {
    if (this.#lifecycle?.visibility === wanted) return
    await this.sighting(
      (event) => event.kind === 'lifecycle' && event.visibility === wanted,
      WITNESS_TIMEOUT_MS,
      `the tab to become ${wanted}`,
    )
  }

  async #navigate(go: () => Promise<void>): Promise<TabClock> {
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
    return this.#readClock()
  }

  async #readClock(): Promise<TabClock> {
    const {metrics} = await this.cdp.send('Performance.getMetrics')
    const navigationStart = metrics.find(({name}) => name === 'NavigationStart')
    if (!navigationStart) throw new Error('the browser does not report NavigationStart')
    const brackets: Bracket[] = []
    let clock: TabClock
    do {
      const beforeMs = monotonicNowMs()
      const reading = await this.evaluate(CLOCK_READING)
      const afterMs = monotonicNowMs()
      brackets.push({beforeMs, pageMs: readClockReading(String(reading)).now, afterMs})
      clock = tabClock(navigationStart.value * 1_000, brackets)
    } while (clock.errorMs > GOOD_CLOCK_MS && brackets.length < MAX_CLOCK_ROUND_TRIPS)
    this.#clocks.set(this.#timeOrigin, clock)
    const waiting = this.#unclocked
    this.#unclocked = []
    for (const testimony of waiting) this.#tell(testimony)
    return clock
  }

  #take(testimony: Testimony): void {
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
