/**
 * The real tabs of a run, kept between cells: windows with a front tab and tabs behind it. A tab is never closed and
 * opened anew for a cell (that alone costs 200 ms), it goes to a fresh user's page instead.
 */
import type {Device} from './chromium.ts'
import {Tab} from './tab.ts'

type Window = {readonly front: Tab; readonly behind: Tab[]}

export class TabPool {
  readonly #device: Device
  readonly #free: Window[] = []
  /** The browser does not say which request a new page answers, so pages are opened one at a time. */
  #building: Promise<unknown> = Promise.resolve()

  constructor(device: Device) {
    this.#device = device
  }

  /** A window whose front tab has at least `behind` tabs behind it; give it back with {@link release}. */
  async take(behind: number): Promise<Window> {
    const fit = this.#free.findIndex((window) => window.behind.length >= behind)
    const index = fit === -1 ? this.#free.length - 1 : fit
    const [kept] = index === -1 ? [] : this.#free.splice(index, 1)
    return this.#oneAtATime(() => this.#complete(kept, behind))
  }

  release(window: Window): void {
    this.#free.push(window)
  }

  /** The tab is gone when this resolves, as the browser says; the window is one tab shorter. */
  async close(window: Window, tab: Tab): Promise<void> {
    await tab.page.close()
    window.behind.splice(window.behind.indexOf(tab), 1)
  }

  /** One more tab behind the window's front. */
  async openBehind(window: Window): Promise<Tab> {
    return this.#oneAtATime(async () => {
      const tab = await this.#openBehind(window.front)
      window.behind.push(tab)
      return tab
    })
  }

  async #complete(kept: Window | undefined, behind: number): Promise<Window> {
    const window = kept ?? {front: await this.#openWindow(), behind: []}
    while (window.behind.length < behind) window.behind.push(await this.#openBehind(window.front))
    return window
  }

  async #openWindow(): Promise<Tab> {
    return this.#opened(() =>
      this.#device.cdp.send('Target.createTarget', {url: 'about:blank', newWindow: true}),
    )
  }

  /** `Target.createTarget` would take the window that was active last, which may be another cell's. */
  async #openBehind(front: Tab): Promise<Tab> {
    return this.#opened(() => front.evaluate(`void window.open('about:blank', '_blank', 'noopener')`))
  }

  async #opened(open: () => Promise<unknown>): Promise<Tab> {
    const page = this.#device.context.waitForEvent('page')
    await open()
    return Tab.attach(await page)
  }

  #oneAtATime<T>(build: () => Promise<T>): Promise<T> {
    const built = this.#building.then(build, build)
    this.#building = built
    return built
  }
}

export type {Window as PooledWindow}
