/**
 * How long from `send()` in the app's server to `onMessage` in a visible tab, with unmodified SDKs and a stock Chromium,
 * beside the floor: the same page told by CDP (`ServiceWorker.deliverPushMessage`), which leaves out network, encryption
 * and the browser's own push connection. Both in turn, one by one, on the one clock. `npm run bench push-latency [count]`.
 */
import type {CDPSession} from 'playwright'
import Table from 'cli-table3'
import {createPushSender} from '../../servers/fcm/admin/admin-sender.ts'
import type {PushSender} from '../../servers/fcm/push-sender.ts'
import {monotonicNowMs, tabClock, type Bracket, type TabClock} from '../browser/clock.ts'
import {openAppDevice, openAppTab, type AppTab} from '../contracts/push-app-tab.ts'
import {startPushApp, type PushApp} from '../contracts/push-app.ts'
import {startFcmProcess} from '../runner/fcm-process.ts'
import {findBrowser} from '../setup/find-browser.js'
import {plainQuantile, quantile, resampled, sorted} from '../statistics/quantile.ts'
import {bootstrap} from '../statistics/resample.ts'

const DEFAULT_COUNT = 500
const WARM_UPS = 20
/** Longer than any of them takes, so that none waits for another. */
const APART_MS = 25
const CLOCK_ROUND_TRIPS = 40
const TARGET = {p50Ms: 6, p99Ms: 30, ratio: 4}

type Way = 'send' | 'cdp'
type Sent = {readonly way: Way; readonly n: string; readonly at: number}

async function measure(
  tab: AppTab,
  send: (way: Way, n: string) => Promise<unknown>,
  count: number,
): Promise<readonly Sent[]> {
  const sent: Sent[] = []
  for (let index = 0; index < WARM_UPS + count; index += 1) {
    for (const way of ['send', 'cdp'] as const) {
      const n = `${way} ${index}`
      const at = monotonicNowMs()
      const done = send(way, n)
      if (index >= WARM_UPS) sent.push({way, n, at})
      await Promise.all([done, new Promise((resolve) => setTimeout(resolve, APART_MS))])
    }
  }
  await tab.page.waitForFunction(`app.heard.length >= ${2 * (WARM_UPS + count)}`)
  return sent
}

async function readClock(tab: AppTab, cdp: CDPSession): Promise<TabClock> {
  await cdp.send('Performance.enable')
  const {metrics} = await cdp.send('Performance.getMetrics')
  const start = metrics.find(({name}) => name === 'NavigationStart')
  const brackets: Bracket[] = []
  for (let index = 0; index < CLOCK_ROUND_TRIPS; index += 1) {
    const beforeMs = monotonicNowMs()
    const pageMs = await tab.page.evaluate<number>('performance.now()')
    brackets.push({beforeMs, pageMs, afterMs: monotonicNowMs()})
  }
  return tabClock((start?.value ?? Number.NaN) * 1_000, brackets)
}

/** Delivers to the service worker as if a push had come and been decrypted. */
async function deliverer(cdp: CDPSession, app: PushApp): Promise<(n: string) => Promise<unknown>> {
  const found = new Promise<string>((resolve) => {
    cdp.on('ServiceWorker.workerRegistrationUpdated', ({registrations}) => {
      const ours = registrations.find(({scopeURL, isDeleted}) => scopeURL === app.url && !isDeleted)
      if (ours) resolve(ours.registrationId)
    })
  })
  await cdp.send('ServiceWorker.enable')
  const registrationId = await found
  return (n) => {
    const data = JSON.stringify({from: '1', priority: 'normal', fcmMessageId: n, data: {n}})
    return cdp.send('ServiceWorker.deliverPushMessage', {origin: app.origin, registrationId, data})
  }
}

function print(
  latencies: Record<Way, readonly number[]>,
  lost: number,
  clock: TabClock,
  version: string,
): void {
  const names = {send: 'send() → onMessage', cdp: 'CDP deliverPushMessage → onMessage'}
  const table = new Table({
    head: ['ms', 'n', 'p50', '95 % interval', 'p90', 'p99', 'max'],
    style: {head: [], border: []},
  })
  const shown = (value: number) => value.toFixed(1)
  for (const way of ['send', 'cdp'] as const) {
    const values = sorted(latencies[way])
    const median = quantile(latencies[way], 0.5)
    table.push([
      names[way],
      values.length,
      shown(plainQuantile(values, 0.5)),
      median ? `${shown(median.interval.lower)}–${shown(median.interval.upper)}` : '',
      shown(plainQuantile(values, 0.9)),
      shown(plainQuantile(values, 0.99)),
      shown(values.at(-1) ?? Number.NaN),
    ])
  }
  const [send, cdp] = [sorted(latencies.send), sorted(latencies.cdp)]
  const ratio = plainQuantile(send, 0.5) / plainQuantile(cdp, 0.5)
  const interval = bootstrap((draw) => resampled(send, 0.5, draw) / resampled(cdp, 0.5, draw))
  const [p50, p99] = [plainQuantile(send, 0.5), plainQuantile(send, 0.99)]
  const isMet = p50 <= TARGET.p50Ms && p99 <= TARGET.p99Ms && ratio <= TARGET.ratio && lost === 0
  console.log(table.toString())
  console.log(
    `ratio of medians ${ratio.toFixed(2)} (95 % interval ${interval.lower.toFixed(2)}–${interval.upper.toFixed(2)}); lost ${lost}; clock known to ${clock.errorMs.toFixed(2)} ms; ${version}, Node ${process.version}`,
  )
  console.log(
    `${isMet ? 'within' : 'NOT within'} the target: p50 ≤ ${TARGET.p50Ms} ms, p99 ≤ ${TARGET.p99Ms} ms, ratio ≤ ${TARGET.ratio}, none lost`,
  )
  process.exitCode = isMet ? 0 : 1
}

async function run(count: number, browserPath: string): Promise<void> {
  const closing: (() => Promise<unknown>)[] = []
  try {
    const fcm = await startFcmProcess(
      {port: 0, mcsPort: 0, store: null, projectId: 'bench', temporaryFolder: null},
      () => {},
    )
    closing.push(fcm.close)
    const app = await startPushApp(fcm.addresses.page)
    closing.push(app.close)
    const device = await openAppDevice(browserPath, fcm.addresses, app)
    closing.push(() => device.close())
    const tab = await openAppTab(device, app)
    const token = await tab.call('getToken')
    const sender: PushSender = createPushSender(fcm.addresses)
    closing.push(() => sender.close())

    const cdp = await device.context.newCDPSession(tab.page)
    const deliver = await deliverer(cdp, app)
    const clock = await readClock(tab, cdp)
    const sent = await measure(
      tab,
      (way, n) => (way === 'send' ? sender.send(token, {n}) : deliver(n)),
      count,
    )
    const heardAt = new Map(
      (await tab.heard()).map(({at, payload}) => [payload.data?.['n'], clock.navigationStartMs + at]),
    )
    const latencies: Record<Way, number[]> = {send: [], cdp: []}
    for (const {way, n, at} of sent) {
      const heard = heardAt.get(n)
      if (heard !== undefined) latencies[way].push(heard - at)
    }
    print(latencies, sent.length - latencies.send.length - latencies.cdp.length, clock, device.version)
  } finally {
    for (const close of closing.toReversed()) await close()
  }
}

const given = process.argv[2]
const count = given === undefined ? DEFAULT_COUNT : Number(given)
const browserPath = await findBrowser()
if (!Number.isInteger(count) || count < 1) {
  console.error(`"${given}" is not accepted; give a whole number of messages from 1.`)
  process.exitCode = 64
} else if (browserPath === null) {
  console.error('there is no Chrome or Chromium here; set TABWITNESS_BROWSER to one.')
  process.exitCode = 64
} else await run(count, browserPath)
