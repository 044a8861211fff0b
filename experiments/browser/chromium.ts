/**
 * One device: our own Chromium process with a fresh profile, attached over CDP without Playwright's defaults, so that
 * its tabs are really hidden, throttled and frozen. Observed 2026: `launch()` + `newPage()` never yields a hidden tab.
 */
import {spawn, type ChildProcess} from 'node:child_process'
import {once} from 'node:events'
import {watch} from 'node:fs'
import {readFile, rm} from 'node:fs/promises'
import {join} from 'node:path'
import {chromium, type Browser, type BrowserContext, type CDPSession} from 'playwright'
import type {BrowserDevice, BrowserTab} from './browser-tab.ts'
import {atExit} from './at-exit.ts'
import {deadline} from './deadline.ts'
import {createPushSide, type PushSide} from './push-side.ts'
import {endSharedWorkers} from './shared-workers.ts'
import {Tab} from './tab.ts'
import {temporaryFolder} from './temporary-folder.ts'

const START_TIMEOUT_MS = 30_000
const STOP_TIMEOUT_MS = 5_000
const PORT_FILE = 'DevToolsActivePort'

const FLAGS = [
  '--headless=new',
  '--remote-debugging-port=0',
  // Nothing is said on the pipe; it ends with us, however we end, and Chromium ends with it.
  '--remote-debugging-pipe',
  '--no-first-run',
  '--no-default-browser-check',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--disable-quic',
  '--disable-gpu',
  '--window-size=1100,800',
]

/**
 * Brings Chromium's one wake-up a minute within seconds: accelerated, and labelled so. Measured with Chromium 156: the
 * grace period of the flag holds only for a page that is hidden while it loads; one that had loaded waits 60 s.
 */
export const INTENSIVE_GRACE_SECONDS = 5

export type DeviceOptions = {
  readonly name: string
  readonly browserPath: string
  /** Intensive throttling after {@link INTENSIVE_GRACE_SECONDS} instead of five minutes. */
  readonly throttlesEarly: boolean
  /** On top of our own, such as where a push back end is. */
  readonly flags?: readonly string[]
  /** A profile to go on with, of whoever made it. Null makes one that ends with the device. */
  readonly profile?: string | null
}

export type Device = BrowserDevice & {
  readonly context: BrowserContext
  readonly cdp: CDPSession
  readonly push: PushSide
}

export async function openDevice(options: DeviceOptions): Promise<Device> {
  if (options.profile) return start(options, options.profile, async () => {})
  const own = await temporaryFolder('profile')
  return start(options, own.path, own.remove)
}

async function start(
  options: DeviceOptions,
  profile: string,
  removeProfile: () => Promise<void>,
): Promise<Device> {
  const {name, browserPath, throttlesEarly} = options
  const flags = [...FLAGS, ...(options.flags ?? []), `--user-data-dir=${profile}`]
  if (throttlesEarly) {
    flags.push(`--enable-features=IntensiveWakeUpThrottling:grace_period_seconds/${INTENSIVE_GRACE_SECONDS}`)
  }
  if (process.getuid?.() === 0) flags.push('--no-sandbox')
  // Of the profile's last browser, it would name a port where nobody listens.
  await rm(join(profile, PORT_FILE), {force: true})
  // Its own process group, so that the helpers of a wrapper script end with it.
  const child = spawn(browserPath, [...flags, 'about:blank'], {
    stdio: ['ignore', 'ignore', 'ignore', 'pipe', 'pipe'],
    detached: true,
  })
  const gone = new Promise<void>((resolve) => {
    child.once('exit', () => resolve())
    child.once('error', () => resolve())
  })
  const callOff = atExit(() => endGroup(child, 'SIGKILL'))
  const end = async () => {
    callOff()
    endGroup(child, 'SIGTERM')
    await deadline(gone, STOP_TIMEOUT_MS, 'the browser to end').catch(() => endGroup(child, 'SIGKILL'))
  }

  try {
    const endpoint = await deadline(
      Promise.race([endpointOf(profile), gone.then(() => Promise.reject(new Error('it ended at once')))]),
      START_TIMEOUT_MS,
      'the browser to open its debugging port',
    )
    const browser = await chromium.connectOverCDP(endpoint, {noDefaults: true})
    const context = browser.contexts()[0]
    if (context === undefined) throw new Error('the browser has no default context')
    const cdp = await browser.newBrowserCDPSession()
    const [first = await context.waitForEvent('page')] = context.pages()
    const devtoolsUrl = new URL('/', endpoint).href.replace(/\/$/, '')
    const push = await createPushSide({browser: cdp, page: await context.newCDPSession(first), devtoolsUrl})
    // The browser does not say which request a new page answers, so pages are opened one at a time.
    let opening: Promise<unknown> = Promise.resolve()
    const opened = async (open: () => Promise<unknown>) => {
      const one = async () => {
        const page = context.waitForEvent('page')
        await open()
        return Tab.attach(await page)
      }
      const tab = opening.then(one, one)
      opening = tab
      return tab
    }
    return {
      name,
      version: `Chromium ${browser.version()}`,
      context,
      cdp,
      push,
      gone,
      openWindow: async () =>
        opened(() => cdp.send('Target.createTarget', {url: 'about:blank', newWindow: true})),
      /** `Target.createTarget` would take the window that was active last, which may be another cell's. */
      openBehind: async (front: BrowserTab) =>
        opened(() => front.evaluate(`void window.open('about:blank', '_blank', 'noopener')`)),
      endSharedWorkers: async (origin: string) => endSharedWorkers(cdp, devtoolsUrl, origin),
      async close() {
        await closeQuietly(browser, cdp)
        await end()
        await removeProfile()
      },
      async quit() {
        await closeQuietly(browser, cdp)
        // It writes its profile before it ends by itself.
        await deadline(gone, STOP_TIMEOUT_MS, 'the browser to end').catch(() => undefined)
        await end()
        return async () => start(options, profile, removeProfile)
      },
      async kill() {
        callOff()
        endGroup(child, 'SIGKILL')
        await deadline(gone, STOP_TIMEOUT_MS, 'the browser to end')
        await browser.close().catch(() => undefined)
        return async () => start(options, profile, removeProfile)
      },
    }
  } catch (cause) {
    await end()
    await removeProfile()
    throw new Error(
      `the browser ${browserPath} did not start: ${cause instanceof Error ? cause.message : 'unknown'}`,
      {cause},
    )
  }
}

async function closeQuietly(browser: Browser, cdp: CDPSession): Promise<void> {
  // `Browser.close` lets Chromium write its profile and end itself; a lost connection is just as good.
  await cdp.send('Browser.close').catch(() => undefined)
  await browser.close().catch(() => undefined)
}

function endGroup(child: ChildProcess, signal: NodeJS.Signals): void {
  if (child.pid === undefined) return
  try {
    process.kill(-child.pid, signal)
  } catch {
    // Already gone.
  }
}

/** Chromium writes the port and path it chose into this file of its profile. */
async function endpointOf(profile: string): Promise<string> {
  const read = async () => {
    const text = await readFile(join(profile, PORT_FILE), 'utf8').catch(() => '')
    const [port, path] = text.split('\n')
    return port && path ? `ws://127.0.0.1:${port}${path}` : null
  }
  const changes = watch(profile)
  try {
    for (;;) {
      // Listening begins before the read: a change during it is not missed.
      const changed = once(changes, 'change')
      const endpoint = await read()
      if (endpoint !== null) return endpoint
      await changed
    }
  } finally {
    changes.close()
  }
}
