/**
 * The real tabs of a run, kept between cells: windows with a front tab and tabs behind it. A tab is never closed and
 * opened anew for a cell (that alone costs 200 ms), it goes to a fresh user's page instead.
 */
import type {BrowserDevice, BrowserTab} from './browser-tab.ts'

export type PooledWindow = {readonly front: BrowserTab; readonly behind: BrowserTab[]}

export class TabPool {
  readonly #device: BrowserDevice
  readonly #free: PooledWindow[] = []
  /** The browser does not say which request a new page answers, so pages are opened one at a time. */
  #building: Promise<unknown> = Promise.resolve()

  constructor(device: BrowserDevice) {
    this.#device = device
  }

  /** A window whose front tab has at least `behind` tabs behind it; give it back with {@link release}. */
  async take(behind: number): Promise<PooledWindow> {
    const fit = this.#free.findIndex((window) => window.behind.length >= behind)
    const index = fit === -1 ? this.#free.length - 1 : fit
    const [kept] = index === -1 ? [] : this.#free.splice(index, 1)
    return this.#oneAtATime(async () => {
      const window = kept ?? {front: await this.#device.openWindow(), behind: []}
      while (window.behind.length < behind) window.behind.push(await this.#device.openBehind(window.front))
      return window
    })
  }

  release(window: PooledWindow): void {
    this.#free.push(window)
  }

  /** A window that no other cell is to meet. */
  async discard({front, behind}: PooledWindow): Promise<void> {
    await Promise.allSettled([...behind, front].map(async (tab) => tab.close()))
  }

  /** The tab is gone when this resolves, as the browser says; the window is one tab shorter. */
  async close(window: PooledWindow, tab: BrowserTab): Promise<void> {
    await tab.close()
    window.behind.splice(window.behind.indexOf(tab), 1)
  }

  /** One more tab behind the window's front. */
  async openBehind(window: PooledWindow): Promise<BrowserTab> {
    return this.#oneAtATime(async () => {
      const tab = await this.#device.openBehind(window.front)
      window.behind.push(tab)
      return tab
    })
  }

  #oneAtATime<T>(build: () => Promise<T>): Promise<T> {
    const built = this.#building.then(build, build)
    this.#building = built
    return built
  }
}
