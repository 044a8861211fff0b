/**
 * One device: a stock Firefox of its own with its profile, driven by Puppeteer over WebDriver BiDi. Its tabs are as
 * visible or hidden as a person's. Measured 2026 with Firefox ESR 153.7, headless.
 */
import {once} from 'node:events'
import puppeteer, {type Browser, type Page} from 'puppeteer-core'
import type {BrowserDevice, BrowserTab} from './browser-tab.ts'
import {deadline} from './deadline.ts'
import {endWithUs} from './end-with-us.ts'
import {createFirefoxPushSide} from './firefox-push-side.ts'
import {FirefoxTab} from './firefox-tab.ts'
import {pinCertificate, type PinnedCertificate} from './pinned-certificate.ts'
import {temporaryFolder} from './temporary-folder.ts'

const START_TIMEOUT_MS = 30_000
const STOP_TIMEOUT_MS = 5_000
const OPEN_TIMEOUT_MS = 10_000

/**
 * Every host but loopback, which Firefox never looks for at a proxy, is looked for at a port where nobody listens; a push
 * back end's own preferences lead some of them to it.
 */
const HERMETIC_PREFS = {
  'network.proxy.type': 1,
  'network.proxy.http': '127.0.0.1',
  'network.proxy.http_port': 1,
  'network.proxy.ssl': '127.0.0.1',
  'network.proxy.ssl_port': 1,
}

export type FirefoxOptions = {
  readonly name: string
  readonly browserPath: string
  /** Of a push back end, see {@link FcmAddresses}; on top of what keeps the browser to itself. */
  readonly prefs?: Readonly<Record<string, string | number | boolean>>
  /** The back end's certificate; null trusts nothing but what Firefox trusts anyway. */
  readonly certificate?: PinnedCertificate | null
  /** A profile to go on with, of whoever made it. Null makes one that ends with the device. */
  readonly profile?: string | null
}

export type FirefoxDevice = Omit<BrowserDevice, 'openWindow' | 'openBehind'> & {
  openWindow(): Promise<FirefoxTab>
  openBehind(front: BrowserTab): Promise<FirefoxTab>
}

export async function openFirefox(options: FirefoxOptions): Promise<FirefoxDevice> {
  const {name, browserPath, prefs = {}, certificate = null, profile = null} = options
  const own = profile === null ? await temporaryFolder('firefox') : null
  const userDataDir = profile ?? own?.path ?? ''
  try {
    if (certificate !== null) await pinCertificate(userDataDir, certificate)
    const browser = await puppeteer.launch({
      browser: 'firefox',
      executablePath: browserPath,
      headless: true,
      userDataDir,
      extraPrefsFirefox: {...HERMETIC_PREFS, ...prefs},
      defaultViewport: null,
      args: ['--width=1100', '--height=800'],
      timeout: START_TIMEOUT_MS,
      handleSIGINT: false,
      handleSIGTERM: false,
      handleSIGHUP: false,
    })
    return deviceOf(name, browser, await browser.version(), async () => own?.remove())
  } catch (cause) {
    await own?.remove()
    const why = cause instanceof Error ? cause.message : 'unknown'
    throw new Error(`the browser ${browserPath} did not start: ${why}`, {cause})
  }
}

function deviceOf(
  name: string,
  browser: Browser,
  version: string,
  removeProfile: () => Promise<void>,
): FirefoxDevice {
  const child = browser.process()
  if (child?.pid === undefined) throw new TypeError('the browser is not a process of ours')
  const callOff = endWithUs(child.pid)
  const gone = child.exitCode === null ? once(child, 'exit').then(callOff) : Promise.resolve(callOff())
  const tabs = new Set<FirefoxTab>()
  const adopt = async (page: Page) => {
    const tab = await FirefoxTab.attach(page)
    tabs.add(tab)
    page.once('close', () => tabs.delete(tab))
    return tab
  }

  return {
    name,
    version: version.replace(/^firefox\//i, 'Firefox '),
    gone,
    push: createFirefoxPushSide(() => tabs),
    openWindow: async () => adopt(await browser.newPage({type: 'window'})),

    /** BiDi would take the window that was active last, which may be another cell's. */
    async openBehind(front) {
      const page = [...tabs].find((tab) => tab === front)?.page
      if (page === undefined) throw new TypeError('the front tab is not of this device')
      const {promise, resolve} = Promise.withResolvers<Page | null>()
      browser.once('targetcreated', (target) => resolve(target.page()))
      await page.evaluate(`void window.open('about:blank', '_blank', 'noopener')`)
      const behind = await deadline(promise, OPEN_TIMEOUT_MS, 'a new tab')
      if (behind === null || (await behind.windowId()) !== (await page.windowId())) {
        throw new Error('the browser opened the new tab elsewhere')
      }
      return adopt(behind)
    },

    async close() {
      // Ends by itself and writes its profile; what is left after that time is killed.
      await deadline(browser.close(), STOP_TIMEOUT_MS, 'the browser to end').catch(() =>
        child.kill('SIGKILL'),
      )
      await gone
      await removeProfile()
    },
  }
}
