/**
 * A Firefox device's side of push. WebDriver BiDi shows no service workers: what one has said is read from where it keeps
 * it (WI10), by a page of its origin, and without such a page nothing is heard. Measured with Firefox ESR 153.7.
 */
import {readWorkerTestimony} from '#protocol/testimony.ts'
import type {FirefoxTab} from './firefox-tab.ts'
import type {PushSide} from './push-side.ts'

/**
 * A worker's zero is known by how its `timeOrigin` differs from the page's. Beside brackets of round trips between the
 * two that was wrong by at most 1 ms, in three browsers; a worker's clock ticks in whole milliseconds besides.
 */
const WORKER_CLOCK_ERROR_MS = 2

/** Takes away what it reads, in one transaction; a database that is not there is not made. */
const TAKE_TESTIMONY = `(async () => {
  const name = 'tabwitness-worker'
  if (!(await indexedDB.databases()).some((known) => known.name === name)) return '[]'
  const done = (request) => new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result)
    request.onerror = () => reject(request.error)
  })
  const database = await done(indexedDB.open(name))
  try {
    const store = database.transaction('events', 'readwrite').objectStore('events')
    const kept = await done(store.getAll())
    store.clear()
    const lives = Map.groupBy(kept, ({timeOrigin}) => timeOrigin)
    return JSON.stringify([...lives].map(([timeOrigin, all]) => ({timeOrigin, events: all.map(({event}) => event)})))
  } finally {
    database.close()
  }
})()`

const FORGET = `(async () => {
  for (const registration of await navigator.serviceWorker.getRegistrations()) {
    await (await registration.pushManager.getSubscription())?.unsubscribe()
    await registration.unregister()
  }
})()`

/** `tabs`: those that are open now. */
export function createFirefoxPushSide(tabs: () => Iterable<FirefoxTab>): PushSide {
  const tabsOf = (origin: string) =>
    [...tabs()].filter(({page, isOpen}) => isOpen && URL.parse(page.url())?.origin === origin)

  return {
    // A preference has allowed it for every origin.
    async allow() {},
    census: async (origin) => ({windows: tabsOf(origin).length, workers: null}),
    async takeTestimony(origin) {
      const [tab] = tabsOf(origin)
      if (tab === undefined) return []
      const text = String(await tab.evaluate(TAKE_TESTIMONY))
      const lives = readWorkerTestimony(text)
      if (lives.length === 0) return []
      const page = await tab.clock()
      const pageOrigin = Number(await tab.evaluate('performance.timeOrigin'))
      return lives.map(({timeOrigin, events}) => ({
        events,
        clock: {
          navigationStartMs: page.navigationStartMs + timeOrigin - pageOrigin,
          errorMs: page.errorMs + WORKER_CLOCK_ERROR_MS,
        },
      }))
    },
    async stopWorker() {
      throw new TypeError('WebDriver BiDi has no way to stop a service worker')
    },
    /** Its registration and its push subscription. What it stored goes with the profile. */
    async forget(origin) {
      await tabsOf(origin)[0]?.evaluate(FORGET)
    },
  }
}
