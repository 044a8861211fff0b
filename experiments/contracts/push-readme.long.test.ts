/** The ten lines that servers/fcm/README.md offers to other people, run as they stand. */
import {execFile} from 'node:child_process'
import {readFileSync} from 'node:fs'
import {createServer} from 'node:http'
import type {AddressInfo} from 'node:net'
import {promisify} from 'node:util'
import {expect, test} from 'vitest'
import {findBrowser} from '../setup/find-browser.js'
import {inProject} from '../setup/project.js'

const browserPath = await findBrowser()

const readme = readFileSync(inProject('servers/fcm/README.md'), 'utf8')
const [forPlaywright = '', forAdmin = ''] = [...readme.matchAll(/```js\n(.*?)```/gs)].map(
  ([, code]) => code ?? '',
)

/** Somebody's app without a bundler, which is told its configuration by whoever tests it. */
const PAGE = `<!doctype html><html lang="en"><title>App</title>
<script src="/firebase-app-compat.js"></script><script src="/firebase-messaging-compat.js"></script></html>`
const WORKER = `importScripts('/firebase-app-compat.js', '/firebase-messaging-compat.js')
firebase.initializeApp(JSON.parse(new URL(location.href).searchParams.get('config')))
firebase.messaging()`
const FIREBASE = /^\/firebase-(?:app|messaging)-compat\.js$/

async function startSite() {
  const site = createServer((req, res) => {
    const url = new URL(req.url ?? '/', 'http://localhost').pathname
    const isScript = FIREBASE.test(url)
    const type = isScript || url === '/worker.js' ? 'text/javascript' : 'text/html'
    const text = isScript
      ? readFileSync(inProject('node_modules/firebase', url))
      : url === '/worker.js'
        ? WORKER
        : PAGE
    res.writeHead(200, {'content-type': type}).end(text)
  })
  await new Promise<void>((resolve) => site.listen(0, '127.0.0.1', resolve))
  return {
    origin: `http://localhost:${(site.address() as AddressInfo).port}`,
    close() {
      site.close()
      site.closeAllConnections()
    },
  }
}

const USE = `
import https from 'node:https'
import tls from 'node:tls'
import {initializeApp} from 'firebase-admin/app'
import {getMessaging} from 'firebase-admin/messaging'

const {ORIGIN, BROWSER} = process.env
const {context, close, ...fcm} = await browserWithPush(ORIGIN, {executablePath: BROWSER, channel: undefined})
const page = await context.newPage()
await page.goto(ORIGIN)
const token = await page.evaluate(async ({firebaseConfig, vapidKey}) => {
  firebase.initializeApp(firebaseConfig)
  globalThis.heard = []
  firebase.messaging().onMessage(({data}) => heard.push(data))
  const query = new URLSearchParams({config: JSON.stringify(firebaseConfig)})
  const serviceWorkerRegistration = await navigator.serviceWorker.register('/worker.js?' + query)
  await navigator.serviceWorker.ready
  return firebase.messaging().getToken({vapidKey, serviceWorkerRegistration})
}, fcm)
`
const END = `
await messaging.sendEach([{token, data: {hello: 'world'}}])
await page.waitForFunction('heard.length > 0')
console.log(JSON.stringify(await page.evaluate('heard')))
httpAgent.destroy()
await close()
process.exit(0)
`

test.skipIf(browserPath === null)('[FB73] what the README says works as it stands', async () => {
  const here = forPlaywright.replace(
    /(?<=const TABWITNESS = ')[^']*/,
    inProject('experiments/setup/tabwitness.js'),
  )
  expect(here).not.toBe(forPlaywright)
  const site = await startSite()
  try {
    const {stdout} = await promisify(execFile)(
      process.execPath,
      ['--input-type=module', '--eval', here + USE + forAdmin + END],
      {cwd: inProject('.'), env: {...process.env, ORIGIN: site.origin, BROWSER: browserPath ?? ''}},
    )
    expect(JSON.parse(stdout)).toEqual([{hello: 'world'}])
  } finally {
    site.close()
  }
})
