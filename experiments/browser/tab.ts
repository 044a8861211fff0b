/**
 * One real tab of a Chromium: navigates, types as a person does, and hands on what its witness says. Does not know
 * scenarios; tab-state.ts knows how it is hidden or frozen.
 */
import type {CDPSession, Page} from 'playwright'
import {readClockReading, TESTIMONY_BINDING} from '#protocol/testimony.ts'
import type {WitnessEvent} from '#protocol/witness-event.ts'
import type {BrowserTab, Sighting} from './browser-tab.ts'
import {monotonicNowMs, tabClock, type Bracket, type TabClock} from './clock.ts'
import {deadline} from './deadline.ts'
import {captureFrames, type CapturedFrame} from './frame-capture.ts'
import {Sightings} from './sightings.ts'
import {whereToClick, type Point} from './where-to-click.ts'

/** Enough round trips to bound the error by {@link GOOD_CLOCK_MS}, on a busy machine up to this many. */
const MAX_CLOCK_ROUND_TRIPS = 60
const GOOD_CLOCK_MS = 0.6
const CRASH_TIMEOUT_MS = 5_000
const LEAVE_TIMEOUT_MS = 5_000
const RETURN_TIMEOUT_MS = 10_000
const KEYS = {
  Enter: {text: '\r', key: 'Enter', code: 'Enter', windowsVirtualKeyCode: 13},
  Escape: {text: '', key: 'Escape', code: 'Escape', windowsVirtualKeyCode: 27},
} as const
const CLOCK_READING = 'JSON.stringify({timeOrigin: performance.timeOrigin, now: performance.now()})'

export class Tab implements BrowserTab {
  readonly page: Page
  readonly cdp: CDPSession
  readonly #sightings = new Sightings()

  private constructor(page: Page, cdp: CDPSession) {
    this.page = page
    this.cdp = cdp
    cdp.on('Runtime.bindingCalled', ({name, payload}) => {
      if (name === TESTIMONY_BINDING) this.#sightings.take(payload)
    })
    cdp.on('Inspector.targetCrashed', () => this.#sightings.end())
    page.once('close', () => this.#sightings.end())
  }

  static async attach(page: Page): Promise<Tab> {
    const cdp = await page.context().newCDPSession(page)
    const tab = new Tab(page, cdp)
    await Promise.all([
      cdp.send('Runtime.enable'),
      cdp.send('Runtime.addBinding', {name: TESTIMONY_BINDING}),
      cdp.send('Performance.enable'),
      cdp.send('Page.enable'),
      cdp.send('Inspector.enable'),
    ])
    return tab
  }

  onSighting(listener: (sighting: Sighting) => void): () => void {
    return this.#sightings.on(listener)
  }

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

  async type(text: string): Promise<void> {
    await this.evaluate(`document.querySelector('textarea[name=prompt]').focus()`)
    await this.cdp.send('Input.insertText', {text})
  }

  async send(text: string): Promise<void> {
    await this.type(text)
    await this.press('Enter')
  }

  async press(key: keyof typeof KEYS): Promise<void> {
    const {text, ...pressed} = KEYS[key]
    await this.cdp.send('Input.dispatchKeyEvent', {
      type: text === '' ? 'rawKeyDown' : 'keyDown',
      text,
      ...pressed,
    })
    await this.cdp.send('Input.dispatchKeyEvent', {type: 'keyUp', ...pressed})
  }

  async overwrite(text: string): Promise<void> {
    await this.evaluate('document.activeElement.select()')
    await this.cdp.send('Input.insertText', {text})
  }

  async click(selector: string): Promise<boolean> {
    const at = (await this.evaluate(
      `(${whereToClick.toString()})(${JSON.stringify(selector)})`,
    )) as Point | null
    if (at === null) return false
    const mouse = {...at, button: 'left', clickCount: 1} as const
    await this.cdp.send('Input.dispatchMouseEvent', {type: 'mouseMoved', ...at})
    await this.cdp.send('Input.dispatchMouseEvent', {type: 'mousePressed', ...mouse})
    await this.cdp.send('Input.dispatchMouseEvent', {type: 'mouseReleased', ...mouse})
    return true
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
    // Over a session of our own: Playwright's is of no use any more once the page has crashed.
    await this.cdp.send('Page.bringToFront')
  }

  async freeze(): Promise<void> {
    await this.cdp.send('Page.setWebLifecycleState', {state: 'frozen'})
  }

  async thaw(): Promise<void> {
    await this.cdp.send('Page.setWebLifecycleState', {state: 'active'})
  }

  async setOffline(isOffline: boolean): Promise<void> {
    await this.cdp.send('Network.enable')
    await this.cdp.send('Network.emulateNetworkConditions', {
      offline: isOffline,
      latency: 0,
      downloadThroughput: -1,
      uploadThroughput: -1,
    })
  }

  async crash(): Promise<void> {
    // Playwright tells of a page's first crash alone.
    const crashed = new Promise<void>((resolve) => {
      this.cdp.once('Inspector.targetCrashed', () => resolve())
    })
    // Nobody answers any more.
    this.cdp.send('Page.crash').catch(() => undefined)
    await deadline(crashed, CRASH_TIMEOUT_MS, 'the tab to crash')
  }

  async leaveFor(url: string): Promise<void> {
    const {promise: left, resolve} = Promise.withResolvers<void>()
    const onNavigated = ({frame}: {frame: {url: string}}) => {
      if (frame.url === url) resolve()
    }
    this.cdp.on('Page.frameNavigated', onNavigated)
    try {
      await this.evaluate(`void (location.href = ${JSON.stringify(url)})`)
      await deadline(left, LEAVE_TIMEOUT_MS, 'the tab to leave the page')
    } finally {
      this.cdp.off('Page.frameNavigated', onNavigated)
    }
  }

  async goBack(): Promise<TabClock | null> {
    return this.#sightings.returned(
      // The page that is asked is gone before it has answered.
      async () => void this.evaluate('history.back()').catch(() => undefined),
      async () => this.#readClock(),
      RETURN_TIMEOUT_MS,
    )
  }

  async captureFrames(tell: (frame: CapturedFrame) => void): Promise<() => Promise<void>> {
    return captureFrames(this.cdp, tell)
  }

  async blank(): Promise<void> {
    await this.cdp.send('Page.navigate', {url: 'about:blank'})
  }

  async close(): Promise<void> {
    await this.page.close()
  }

  async #navigate(go: () => Promise<void>): Promise<TabClock> {
    return this.#sightings.navigated(go, async () => this.#readClock())
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
    return clock
  }
}
