/**
 * The browser's side of push, of one device: permission, service workers, and what the browser itself says of windows and
 * workers of an origin. A worker is attached to only while its witness is heard. Measured with Chromium 156: without an
 * attached client a worker ends after 30 s of idleness; Playwright's own session keeps it alive, so a worker that has to
 * be cold is stopped; its start is then 1 ms longer than without that session.
 */
import {setTimeout as pause} from 'node:timers/promises'
import type {CDPSession} from 'playwright'
import {readClockReading, readWorkerTestimony} from '#protocol/testimony.ts'
import type {WitnessEvent} from '#protocol/witness-event.ts'
import {bracketedClock, monotonicNowMs, type Bracket, type TabClock} from './clock.ts'
import {deadline} from './deadline.ts'
import {DevtoolsSocket} from './devtools-socket.ts'
import {observePushes} from './observe-pushes.ts'

/** `workers` is null where the engine does not tell. */
export type Census = {readonly windows: number; readonly workers: number | null}

/** One life of a worker, its zero on the one clock, and what it said. */
export type WorkerLife = {readonly clock: TabClock; readonly events: readonly WitnessEvent[]}

export interface PushSide {
  /** What a person allows once: notifications of the origin. */
  allow(origin: string): Promise<void>
  census(origin: string): Promise<Census>
  /** Fetches what the origin's service worker has said since the last time; empty where none runs. */
  takeTestimony(origin: string): Promise<readonly WorkerLife[]>
  /** Only where the engine tells: the text of every push that the browser gives to the origin's worker. Returns how to stop. */
  observe?(origin: string, listener: (text: string) => void): Promise<() => Promise<void>>
  /** Resolves when no service worker of the origin runs any more. */
  stopWorker(origin: string): Promise<void>
  /** Removes the origin's service worker, and with it its push registration, and everything it stored. */
  forget(origin: string): Promise<void>
}

/** Enough round trips to bound the error by {@link GOOD_CLOCK_MS}, on a busy machine up to this many. */
const MAX_CLOCK_ROUND_TRIPS = 60
const GOOD_CLOCK_MS = 0.4
const STOP_TIMEOUT_MS = 5_000
const LOOK_EVERY_MS = 10
const CLOCK_READING = 'JSON.stringify({timeOrigin: performance.timeOrigin, now: performance.now()})'
/**
 * The clock of a life that has ended can only be guessed from its `timeOrigin`, which is wall time: what is measured by
 * it is worth nothing under a second, and is said to be so.
 */
const GUESSED_CLOCK_ERROR_MS = 1_000

export type PushSideParts = {
  /** A session with the browser itself. */
  readonly browser: CDPSession
  /** A session with a page of the default context that is never closed; only pages know service workers. */
  readonly page: CDPSession
  /** `ws://127.0.0.1:{port}`, where DevTools listens. */
  readonly devtoolsUrl: string
}

export async function createPushSide({browser, page, devtoolsUrl}: PushSideParts): Promise<PushSide> {
  /** Every version of every origin's worker, by its id. */
  const scripts = new Map<string, string>()
  page.on('ServiceWorker.workerVersionUpdated', ({versions}) => {
    for (const {versionId, scriptURL} of versions) scripts.set(versionId, scriptURL)
  })
  await page.send('ServiceWorker.enable')
  const targets = async (origin: string, type: 'page' | 'service_worker') => {
    const {targetInfos} = await browser.send('Target.getTargets')
    return targetInfos.filter((target) => target.type === type && originOf(target.url) === origin)
  }

  return {
    async allow(origin) {
      await browser.send('Browser.grantPermissions', {origin, permissions: ['notifications']})
    },
    async census(origin) {
      const [windows, workers] = await Promise.all([
        targets(origin, 'page'),
        targets(origin, 'service_worker'),
      ])
      return {windows: windows.length, workers: workers.length}
    },
    async takeTestimony(origin) {
      const [worker] = await targets(origin, 'service_worker')
      if (worker === undefined) return []
      const socket = await DevtoolsSocket.open(`${devtoolsUrl}/devtools/page/${worker.targetId}`)
      try {
        return await hear(socket)
      } finally {
        socket.close()
      }
    },
    observe: observePushes(page),
    async stopWorker(origin) {
      const own = [...scripts].filter(([, script]) => originOf(script) === origin)
      for (const [versionId] of own) await page.send('ServiceWorker.stopWorker', {versionId})
      const until = monotonicNowMs() + STOP_TIMEOUT_MS
      while ((await targets(origin, 'service_worker')).length > 0) {
        if (monotonicNowMs() > until) throw new Error('the service worker did not stop')
        await pause(LOOK_EVERY_MS)
      }
    },
    async forget(origin) {
      await deadline(
        page.send('Storage.clearDataForOrigin', {origin, storageTypes: 'all'}),
        STOP_TIMEOUT_MS,
        'the origin to be forgotten',
      )
    },
  }
}

async function hear(socket: DevtoolsSocket): Promise<WorkerLife[]> {
  const brackets: Bracket[] = []
  let clock: TabClock
  let present: number
  do {
    const beforeMs = monotonicNowMs()
    const reading = readClockReading(String(await socket.evaluate(CLOCK_READING)))
    const afterMs = monotonicNowMs()
    brackets.push({beforeMs, pageMs: reading.now, afterMs})
    present = reading.timeOrigin
    clock = bracketedClock(brackets)
  } while (clock.errorMs > GOOD_CLOCK_MS && brackets.length < MAX_CLOCK_ROUND_TRIPS)

  const text = String(await socket.evaluate('self.tabwitness.take(0)'))
  return readWorkerTestimony(text).map(({timeOrigin, events}) => ({
    events,
    clock:
      timeOrigin === present
        ? clock
        : {
            navigationStartMs: clock.navigationStartMs + timeOrigin - present,
            errorMs: GUESSED_CLOCK_ERROR_MS,
          },
  }))
}

function originOf(url: string): string | null {
  return URL.parse(url)?.origin ?? null
}
