/**
 * One real tab of a Firefox, over WebDriver BiDi: navigates, types as a person does, and hands on what its witness says.
 * It can be visible or hidden; BiDi has no way to freeze a page, and Firefox no intensive throttling to wait for.
 */
import type {Page} from 'puppeteer-core'
import {readClockReading, TESTIMONY_BINDING} from '#protocol/testimony.ts'
import type {WitnessEvent} from '#protocol/witness-event.ts'
import type {BrowserTab, Sighting} from './browser-tab.ts'
import {bracketedClock, monotonicNowMs, type Bracket, type TabClock} from './clock.ts'
import {Sightings} from './sightings.ts'

/** Enough round trips to bound the error by {@link GOOD_CLOCK_MS}, on a busy machine up to this many. */
const MAX_CLOCK_ROUND_TRIPS = 60
const GOOD_CLOCK_MS = 0.6
const CLOCK_READING = 'JSON.stringify({timeOrigin: performance.timeOrigin, now: performance.now()})'
/** Led by a word, so that it is told apart from what the page itself writes to its console. */
const MARK = 'tabwitness '

export class FirefoxTab implements BrowserTab {
  readonly page: Page
  readonly #sightings = new Sightings()
  #isClosing = false

  private constructor(page: Page) {
    this.page = page
    page.on('console', (message) => {
      const text = message.text()
      if (text.startsWith(MARK)) this.#sightings.take(text.slice(MARK.length))
    })
    page.once('close', () => this.#sightings.end())
  }

  /**
   * The console is BiDi's one-way street: a line arrives as it was said, also the last one of a page that leaves. An
   * exposed function would take several round trips for each and lose those.
   */
  static async attach(page: Page): Promise<FirefoxTab> {
    const tab = new FirefoxTab(page)
    await page.evaluateOnNewDocument(
      (name: string, mark: string) => {
        // oxlint-disable-next-line no-console
        Object.assign(globalThis, {[name]: (text: string) => console.debug(mark + text)})
      },
      TESTIMONY_BINDING,
      MARK,
    )
    return tab
  }

  onSighting(listener: (sighting: Sighting) => void): () => void {
    return this.#sightings.on(listener)
  }

  async goto(url: string, whileLoading?: () => Promise<void>): Promise<TabClock> {
    return this.#navigate(async () => {
      await this.page.goto(url, {waitUntil: 'domcontentloaded'})
      await whileLoading?.()
    })
  }

  async reload(): Promise<TabClock> {
    return this.#navigate(async () => {
      await this.page.reload({waitUntil: 'domcontentloaded'})
    })
  }

  async type(text: string): Promise<void> {
    await this.page.focus('textarea[name=prompt]')
    await this.page.keyboard.type(text)
  }

  async send(text: string): Promise<void> {
    await this.type(text)
    await this.page.keyboard.press('Enter')
  }

  async evaluate(expression: string): Promise<unknown> {
    return this.page.evaluate(expression)
  }

  async sighting(
    matches: (event: WitnessEvent) => boolean,
    timeoutMs: number,
    what: string,
  ): Promise<Sighting> {
    return this.#sightings.first(matches, timeoutMs, what)
  }

  async visibility(wanted: 'visible' | 'hidden'): Promise<void> {
    return this.#sightings.visibility(wanted)
  }

  async bringToFront(): Promise<void> {
    await this.page.bringToFront()
  }

  async blank(): Promise<void> {
    await this.page.goto('about:blank')
  }

  /** Before the browser says so, too: a tab that is being closed answers nothing. */
  get isOpen(): boolean {
    return !this.#isClosing && !this.page.isClosed()
  }

  async close(): Promise<void> {
    this.#isClosing = true
    await this.page.close()
  }

  /** What the clock of the page that is shown now is worth. */
  async clock(): Promise<TabClock> {
    const brackets: Bracket[] = []
    let clock: TabClock
    do {
      const beforeMs = monotonicNowMs()
      const reading = await this.evaluate(CLOCK_READING)
      const afterMs = monotonicNowMs()
      brackets.push({beforeMs, pageMs: readClockReading(String(reading)).now, afterMs})
      clock = bracketedClock(brackets)
    } while (clock.errorMs > GOOD_CLOCK_MS && brackets.length < MAX_CLOCK_ROUND_TRIPS)
    return clock
  }

  async #navigate(go: () => Promise<void>): Promise<TabClock> {
    return this.#sightings.navigated(go, async () => this.clock())
  }
}
