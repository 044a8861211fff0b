/** The devices of a run and their tabs, opened when first needed and kept between cells. Owns the browsers. */
import type {BrowserDevice, BrowserTab} from '../browser/browser-tab.ts'
import {TabPool, type PooledWindow} from '../browser/tab-pool.ts'
import type {TabState} from '../history/history-event.ts'
import type {WindowPlan} from './layout.ts'

type Stood = {readonly device: BrowserDevice; readonly pool: TabPool}
type Taken = {
  readonly device: string
  readonly pool: TabPool
  readonly window: PooledWindow
  readonly names: readonly string[]
}

/** Why there is no page of the cell in a tab. */
export type Away = Extract<TabState, 'closed' | 'bfcache' | 'discarded' | 'crashed'>

/** A tab of a cell and the tab that hides it when it is not visible. */
export type Placed = {
  readonly tab: BrowserTab
  readonly front: BrowserTab | null
  /** Null: the page is there. */
  readonly away: Away | null
}

/** Listens to a tab of the scene, under its name; returns how to stop. */
export type ListenTo = (name: string, tab: BrowserTab) => () => void

export type Scene = {
  readonly placed: ReadonlyMap<string, Placed>
  /** Closes the tab for good. Only a tab behind another can be closed: its window stays. */
  close(name: string): Promise<void>
  /** A new, empty tab in the place of one that was closed. */
  reopen(name: string): Promise<BrowserTab>
  /** The page is not there any more, or there again. A tab whose renderer ended is not kept for other cells. */
  mark(name: string, away: Away | null): void
  /** An empty tab in front of this one, in its window. */
  duplicate(name: string, as: string): Promise<BrowserTab>
  /** Ends a device's browser, or kills it; its tabs are closed by that, and are named. */
  end(device: string, how: 'quit' | 'kill'): Promise<readonly string[]>
  /** Starts it again, with its profile and without a page. */
  start(device: string): Promise<void>
  /** Of an origin, on a device; how many there were. */
  endSharedWorkers(device: string, origin: string): Promise<number>
  /** Gives the windows back. A window whose tab lost its renderer is closed instead. */
  leave(): void
}

/** Starts a browser of the stage's engine. */
export type OpenDevice = (name: string, throttlesEarly: boolean) => Promise<BrowserDevice>

export class Stage {
  readonly #open: OpenDevice
  readonly #devices = new Map<string, Promise<Stood>>()
  readonly #running = new Map<string, BrowserDevice>()
  /** Browsers that were ended and whose profile waits. */
  readonly #asleep = new Map<string, () => Promise<BrowserDevice>>()

  constructor(open: OpenDevice) {
    this.#open = open
  }

  /** Takes the windows that the plans ask for, fronts in front. */
  async set(
    plans: readonly WindowPlan[],
    throttlesEarly: boolean,
    listen: ListenTo = () => () => {},
  ): Promise<Scene> {
    let taken: Taken[] = []
    const placed = new Map<string, Placed>()
    const listening: (() => void)[] = []
    /** Tabs that must not meet another cell. */
    const spoiled = new Set<BrowserTab>()
    /** Of cells that opened more than their windows had. */
    const extra: BrowserTab[] = []
    const place = (name: string, there: Placed) => {
      if (placed.get(name)?.tab !== there.tab) listening.push(listen(name, there.tab))
      placed.set(name, there)
    }
    for (const {device: name, front, behind, hasCover} of plans) {
      const {pool} = await this.#device(name, throttlesEarly)
      const opens = [...(front !== null && hasCover ? [front] : []), ...behind]
      const window = await pool.take(opens.length)
      taken.push({device: name, pool, window, names: opens.map(({tab}) => tab)})
      if (front !== null && !hasCover) place(front.tab, {tab: window.front, front: null, away: null})
      for (const [index, open] of opens.entries()) {
        const tab = window.behind[index]
        if (tab === undefined) throw new TypeError('the pool gave a window with too few tabs')
        // A front tab that is hidden later stands behind its cover, and hides the others as long as it is in front.
        const hiddenBy =
          open === front || front === null ? window.front : (placed.get(front.tab)?.tab ?? window.front)
        place(open.tab, {tab, front: hiddenBy, away: null})
      }
    }
    await Promise.all(taken.map(({window}) => prepare(window)))
    /** Of tabs that were duplicated: of which one. */
    const copies = new Map<string, string>()
    const deviceOf = (name: string): string =>
      plans.find(({front, behind}) =>
        [front, ...behind].some((open) => open?.tab === (copies.get(name) ?? name)),
      )?.device ?? ''
    const known = (name: string) => {
      const found = placed.get(name)
      if (found === undefined) throw new TypeError(`no step opens the tab ${name}`)
      return {found, home: taken.find(({names}) => names.includes(name))}
    }
    return {
      placed,
      async close(name) {
        const {found, home} = known(name)
        if (home === undefined) throw new TypeError(`${name} is no tab behind another`)
        await home.pool.close(home.window, found.tab)
        place(name, {...found, away: 'closed'})
      },
      mark(name, away) {
        const {found} = known(name)
        if (away === 'crashed' || away === 'discarded') spoiled.add(found.tab)
        place(name, {...found, away})
      },
      duplicate: async (name, as) => {
        const {found} = known(name)
        const {device} = await this.#device(deviceOf(name), throttlesEarly)
        const tab = await device.openBehind(found.tab)
        extra.push(tab)
        copies.set(as, name)
        // Each hides the other.
        place(name, {...found, front: found.front ?? tab})
        place(as, {tab, front: found.tab, away: null})
        return tab
      },
      reopen: async (name) => {
        const {found, home} = known(name)
        if (home !== undefined) {
          const tab = await home.pool.openBehind(home.window)
          place(name, {...found, tab, away: null})
          return tab
        }
        const device = deviceOf(name)
        const {pool} = await this.#device(device, throttlesEarly)
        const window = await pool.take(0)
        taken.push({device, pool, window, names: []})
        place(name, {tab: window.front, front: null, away: null})
        return window.front
      },
      end: async (device, how) => {
        const gone = [...placed.keys()].filter((name) => deviceOf(name) === device)
        for (const name of gone) place(name, {...known(name).found, away: 'closed'})
        taken = taken.filter((window) => window.device !== device)
        await this.#end(device, throttlesEarly, how)
        return gone
      },
      start: async (device) => {
        await this.#device(device, throttlesEarly)
      },
      endSharedWorkers: async (name, origin) => {
        const {device} = await this.#device(name, throttlesEarly)
        if (device.endSharedWorkers === undefined)
          throw new TypeError('this browser does not show its shared workers')
        return device.endSharedWorkers(origin)
      },
      leave() {
        for (const stop of listening) stop()
        const isKept = ({window}: Taken) => ![window.front, ...window.behind].some((tab) => spoiled.has(tab))
        for (const each of taken) {
          if (isKept(each)) each.pool.release(each.window)
          else void each.pool.discard(each.window)
        }
        for (const tab of extra) tab.close().catch(() => undefined)
      },
    }
  }

  /** The device itself; opened when it is not there. */
  async device(name: string, throttlesEarly: boolean): Promise<BrowserDevice> {
    return (await this.#device(name, throttlesEarly)).device
  }

  /** Null while its browser does not run. */
  running(name: string, throttlesEarly: boolean): BrowserDevice | null {
    return this.#running.get(keyOf(name, throttlesEarly)) ?? null
  }

  /** The browser's own version; starts the first device. */
  async version(): Promise<string> {
    const {device} = await this.#device('device-1', false)
    return device.version
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
    const key = keyOf(name, throttlesEarly)
    const known = this.#devices.get(key)
    if (known) return known
    const opened = this.#asleep.get(key)?.() ?? this.#open(name, throttlesEarly)
    this.#asleep.delete(key)
    const forget = () => {
      if (this.#devices.get(key) === opening) this.#devices.delete(key)
    }
    const opening = opened.then((device) => {
      this.#running.set(key, device)
      // A browser that died is opened anew for the next cell; the cell it died in says so.
      void device.gone.then(() => {
        if (this.#running.get(key) === device) this.#running.delete(key)
        forget()
      })
      return {device, pool: new TabPool(device)}
    })
    this.#devices.set(key, opening)
    opening.catch(forget)
    return opening
  }

  async #end(name: string, throttlesEarly: boolean, how: 'quit' | 'kill'): Promise<void> {
    const {device} = await this.#device(name, throttlesEarly)
    const startAgain = await device[how]?.()
    if (startAgain === undefined) throw new TypeError('this browser cannot be started again with its profile')
    await device.gone
    this.#asleep.set(keyOf(name, throttlesEarly), startAgain)
  }
}

const keyOf = (name: string, throttlesEarly: boolean) => (throttlesEarly ? `${name}, throttling early` : name)

/** What a former cell froze is thawed, and the front tab comes to the front. */
async function prepare(window: PooledWindow): Promise<void> {
  await Promise.all(window.behind.map(async (tab) => tab.thaw?.()))
  await window.front.bringToFront()
}
