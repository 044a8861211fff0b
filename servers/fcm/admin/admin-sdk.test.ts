/**
 * firebase-admin with nothing changed in its process: the hosts file says where Google is, and Node is told whom to
 * trust. In a mount namespace of its own, so that the machine's own hosts file stays as it is.
 */
import {execFile, spawnSync} from 'node:child_process'
import {mkdtempSync, rmSync, writeFileSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {fileURLToPath} from 'node:url'
import {promisify} from 'node:util'
import {afterAll, beforeAll, expect, test} from 'vitest'
import type {RunningFcm} from '../running-fcm.ts'
import {caFile, startFcm} from '../start.ts'
import {openTestPage, type TestPage} from '../test-page.ts'

const HTTPS_PORT = 443
const folder = mkdtempSync(join(tmpdir(), 'admin-sdk-'))
const hosts = join(folder, 'hosts')
const HOSTS = ['fcm.googleapis.com', 'iid.googleapis.com']

/** Null where it can be tried; else why not. */
let hindrance: string | null = null
let fcm: RunningFcm | null = null
let page: TestPage | null = null

beforeAll(async () => {
  writeFileSync(hosts, `127.0.0.1 localhost ${HOSTS.join(' ')}\n`)
  hindrance = whatHinders()
  if (hindrance !== null) return
  try {
    const options = {port: HTTPS_PORT, mcsPort: 0, store: null, projectId: 'demo', temporaryFolder: folder}
    fcm = await startFcm(options, () => {})
    page = await openTestPage(fcm)
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : null
    if (code !== 'EADDRINUSE' && code !== 'EACCES') throw error
    hindrance = `port ${HTTPS_PORT} of this machine cannot be had (${code})`
  }
})
afterAll(async () => {
  await page?.close()
  await fcm?.close()
  rmSync(folder, {recursive: true})
})

function whatHinders(): string | null {
  if (process.platform !== 'linux') return 'mount namespaces are Linux’s'
  const tried = spawnSync('unshare', ['--mount', 'mount', '--bind', hosts, '/etc/hosts'])
  return tried.status === 0 ? null : 'this user may not make a mount namespace'
}

const SCRIPT = `
import {initializeApp} from 'firebase-admin/app'
import {getMessaging} from 'firebase-admin/messaging'
const credential = {getAccessToken: async () => ({access_token: 'x', expires_in: 3600})}
const messaging = getMessaging(initializeApp({projectId: 'demo', credential}))
const {TOKEN: token} = process.env
const unknown = token + 'x'
await messaging.send({token, data: {n: 'send'}})
const each = await messaging.sendEach([{token, data: {n: 'each'}}, {token: unknown}])
const multicast = await messaging.sendEachForMulticast({tokens: [token, unknown], data: {n: 'multicast'}})
const subscribed = await messaging.subscribeToTopic([token, unknown], 'news')
await messaging.send({topic: 'news', data: {n: 'topic'}})
const left = await messaging.unsubscribeFromTopic(token, 'news')
console.log(JSON.stringify({
  each: each.responses.map(({success, error}) => success || error.code),
  multicast: [multicast.successCount, multicast.failureCount],
  subscribed: [subscribed.successCount, subscribed.failureCount],
  left: left.successCount,
}))
`

test('[FB70] [FB74] every call works unchanged, HTTP/2 included', async (context) => {
  if (hindrance !== null || !fcm || !page) return context.skip(hindrance ?? 'the back end did not start')
  const command = `mount --bind "$1" /etc/hosts && exec "$2" --input-type=module --eval "$3"`
  const {stdout} = await promisify(execFile)(
    'unshare',
    ['--mount', 'sh', '-c', command, 'sh', hosts, process.execPath, SCRIPT],
    {
      cwd: fileURLToPath(new URL('.', import.meta.url)),
      env: {...process.env, NODE_EXTRA_CA_CERTS: caFile(folder), TOKEN: page.token},
    },
  )
  expect(JSON.parse(stdout)).toEqual({
    each: [true, 'messaging/registration-token-not-registered'],
    multicast: [1, 1],
    subscribed: [1, 1],
    left: 1,
  })
  const heard = () => page?.heard.map(({data}) => data?.['n'])
  await expect.poll(heard).toEqual(['send', 'each', 'multicast', 'topic'])
})
