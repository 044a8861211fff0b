/** The devices of a run and their tabs, opened when first needed and kept between cells. Owns the browsers. */
import {openDevice, type Device} from '../browser/chromium.ts'
import type {Tab} from '../browser/tab.ts'
import {TabPool, type PooledWindow} from '../browser/tab-pool.ts'
import {thaw} from '../browser/tab-state.ts'
import type {WindowPlan} from './layout.ts'

type Stood = {readonly device: Device; readonly pool: TabPool}

/** A tab of a cell and the tab that hides it when it is not visible. */
export type Placed = {readonly tab: Tab; readonly front: Tab | null}

export type Scene = {
  readonly placed: ReadonlyMap<string, Placed>
  /** Gives the windows back. A tab that failed is not kept. */
  leave(): void
}

export class Stage {
  readonly #browserPath: string
  readonly #devices = new Map<string, Promise<Stood>>()

  constructor(browserPath: string) {
    this.#browserPath = browserPath
  }

  /** Takes the windows that the plans ask for, fronts in front. */
  async set(plans: readonly WindowPlan[], throttlesEarly: boolean): Promise<Scene> {
    const taken: {pool: TabPool; window: PooledWindow}[] = []
    const placed = new Map<string, Placed>()
    for (const {device: name, front, behind} of plans) {
      const {pool} = await this.#device(name, throttlesEarly)
      const window = await pool.take(behind.length)
      taken.push({pool, window})
      if (front) placed.set(front.tab, {tab: window.front, front: null})
      for (const [index, open] of behind.entries()) {
        const tab = window.behind[index]
        if (tab === undefined) throw new TypeError('the pool gave a window with too few tabs')
        placed.set(open.tab, {tab, front: window.front})
      }
    }
    await Promise.all(taken.map(({window}) => prepare(window)))
    return {
      placed,
      leave() {
        for (const {pool, window} of taken) pool.release(window)
      },
    }
  }

  /** The browser's own version; starts the first device. */
  async version(): Promise<string> {
    const {device} = await this.#device('device-1', false)
    return `Chromium ${device.version}`
  }

  async close(): Promise<void> {
    const devices = await Promise.allSettled(this.#devices.values())
    this.#devices.clear()
    await Promise.all(
      devices.map(async (opened) =>
        opened.status === 'fulfilled' ? opened.value.device.close() : undefined,
      ),
    )
  }

  async #device(name: string, throttlesEarly: boolean): Promise<Stood> {
    const key = throttlesEarly ? `${name}, throttling early` : name
    const known = this.#devices.get(key)
    if (known) return known
    const opening = openDevice({name, browserPath: this.#browserPath, throttlesEarly}).then((device) => {
      // A browser that died is opened anew for the next cell; the cell it died in says so.
      void device.gone.then(() => this.#devices.delete(key))
      return {device, pool: new TabPool(device)}
    })
    this.#devices.set(key, opening)
    opening.catch(() => this.#devices.delete(key))
    return opening
  }
}

/** What a former cell froze is thawed, and the front tab comes to the front. */
async function prepare(window: PooledWindow): Promise<void> {
  await Promise.all(window.behind.map((tab) => thaw(tab)))
  await window.front.page.bringToFront()
}
