/** The back end as a whole over its real listeners, without a browser: what it keeps, what it forgets, how it ends. */
import {existsSync, mkdtempSync, readFileSync, rmSync} from 'node:fs'
import {connect, createServer, type AddressInfo} from 'node:net'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {afterAll, afterEach, expect, test} from 'vitest'
import type {PushEvent} from '#protocol/push-event.ts'
import {createPushSender} from './admin/admin-sender.ts'
import type {FcmOptions, RunningFcm} from './running-fcm.ts'
import {caFile, startFcm} from './start.ts'
import {callGoogle, openTestPage, type TestPage} from './test-page.ts'
import {createTrust} from './trust/trust.ts'

const folder = mkdtempSync(join(tmpdir(), 'fcm-'))
afterAll(() => rmSync(folder, {recursive: true}))

const OPTIONS: FcmOptions = {port: 0, mcsPort: 0, store: null, projectId: 'demo', temporaryFolder: null}
const open: {close(): unknown}[] = []
afterEach(async () => {
  for (const {close} of open.splice(0).toReversed()) await close()
})

async function start(
  options: Partial<FcmOptions> = {},
  record: (event: PushEvent) => void = () => {},
): Promise<RunningFcm> {
  const fcm = await startFcm({...OPTIONS, ...options}, record)
  open.push(fcm)
  return fcm
}

async function page(fcm: RunningFcm, origin?: string): Promise<TestPage> {
  const opened = await openTestPage(fcm, origin)
  open.push(opened)
  return opened
}

function sender(fcm: RunningFcm) {
  const opened = createPushSender(fcm)
  open.push(opened)
  return opened
}

const numbers = ({heard}: TestPage) => heard.map(({data}) => data?.['n'])
const answers = (port: number) =>
  new Promise<boolean>((resolve) => {
    const socket = connect(port, '127.0.0.1', () => {
      socket.destroy()
      resolve(true)
    })
    socket.once('error', () => resolve(false))
  })

test('[FB30] what the Admin SDK sends arrives decrypted and in order', async () => {
  const fcm = await start()
  const there = await page(fcm)
  const sends = sender(fcm)
  for (let n = 0; n < 20; n += 1) expect(await sends.send(there.token, {n: `${n}`})).toMatchObject({ok: true})
  await expect.poll(() => numbers(there)).toEqual(Array.from({length: 20}, (_, n) => `${n}`))
})

test('[FB51] a sender is told what to forget, and what merely failed', async () => {
  const fcm = await start()
  const {token} = await page(fcm)
  const sends = sender(fcm)
  await fcm.control.failSends('INTERNAL', 1)
  expect(await sends.send(token, {})).toEqual({ok: false, why: 'failed', code: 'messaging/internal-error'})
  await fcm.control.expireToken(token)
  const gone = {ok: false, why: 'gone', code: 'messaging/registration-token-not-registered'}
  expect(await sends.send(token, {})).toEqual(gone)
})

test('[FB7] a file keeps tokens and messages over a restart, and the same trust lets clients go on', async () => {
  const trust = await createTrust()
  const options = {...OPTIONS, store: join(folder, 'push.sqlite')}
  const first = await startFcm(options, () => {}, trust)
  const there = await openTestPage(first)
  await there.close()
  const before = createPushSender(first)
  for (const n of ['1', '2', '3']) await before.send(there.token, {n})
  await before.close()
  await first.close()

  const again = {...options, port: first.api.port, mcsPort: first.mcs.port}
  const second = await startFcm(again, () => {}, trust)
  open.push(second, there)
  expect(second.page).toEqual(first.page)
  expect(second.chromiumArgs).toEqual(first.chromiumArgs)
  await there.device.connect()
  await sender(second).send(there.token, {n: '4'})
  await expect.poll(() => numbers(there)).toEqual(['1', '2', '3', '4'])
})

test('[FB7] while the API restarts, links stay; it is back at its port with everything', async () => {
  const links: string[] = []
  const fcm = await start({}, ({kind}) => void (kind.startsWith('push-link-') && links.push(kind)))
  const there = await page(fcm)
  const sends = sender(fcm)
  await fcm.control.restartApi()
  expect(await sends.send(there.token, {n: '1'})).toMatchObject({ok: true})
  await expect.poll(() => numbers(there)).toEqual(['1'])
  expect(links).toEqual(['push-link-opened'])
})

test('[FB44] apps of other projects and origins are served beside', async () => {
  const fcm = await start()
  const here = await page(fcm)
  const other = await openTestPage({...fcm, projectId: 'other'}, 'http://app.localhost:9999')
  open.push(other)
  const theirs = createPushSender({...fcm, projectId: 'other'})
  open.push(theirs)
  expect(await theirs.send(other.token, {n: 'theirs'})).toMatchObject({ok: true})
  expect(await theirs.send(here.token, {n: 'not theirs'})).toMatchObject({
    code: 'messaging/mismatched-credential',
  })
  await expect.poll(() => numbers(other)).toEqual(['theirs'])
  expect(numbers(here)).toEqual([])
})

test('[FB56] neither tokens nor keys nor contents are in the ledger', async () => {
  const told: PushEvent[] = []
  const fcm = await start({}, (event) => told.push(event))
  const there = await page(fcm)
  await sender(fcm).send(there.token, {n: 'a secret of somebody'})
  await expect.poll(() => numbers(there)).toHaveLength(1)
  await callGoogle(fcm, 'POST', there.endpoint, 'x', {ttl: '1'})
  const text = JSON.stringify(told)
  for (const secret of [
    there.token,
    there.endpoint.split('/').at(-1),
    'a secret',
    there.device.identity.securityToken,
  ])
    expect(text).not.toContain(secret)
})

test('[FB1] the authority’s certificate is the only file it writes', async () => {
  const own = mkdtempSync(join(folder, 'own-'))
  const fcm = await start({temporaryFolder: own})
  expect(readFileSync(caFile(own), 'utf8')).toBe(fcm.caPem)
  expect(JSON.stringify(fcm)).not.toContain('PRIVATE KEY')
  expect(existsSync(join(own, 'push.sqlite'))).toBe(false)
})

test('[FB6] a taken port rejects with its code and leaves nothing open', async () => {
  const busy = createServer()
  await new Promise<void>((resolve) => busy.listen(0, '127.0.0.1', resolve))
  const {port} = busy.address() as AddressInfo
  await expect(startFcm({...OPTIONS, mcsPort: port}, () => {})).rejects.toMatchObject({
    code: 'EADDRINUSE',
    port,
  })
  await expect(startFcm({...OPTIONS, port}, () => {})).rejects.toMatchObject({code: 'EADDRINUSE', port})
  busy.close()
})

test('[FB6] after close nobody listens any more, however often it is called', async () => {
  const fcm = await start()
  const ports = [fcm.api.port, fcm.mcs.port, fcm.proxy.port, Number(new URL(fcm.autopushUrl).port)]
  expect(await Promise.all(ports.map(answers))).toEqual([true, true, true, true])
  await Promise.all([fcm.close(), fcm.close()])
  expect(await Promise.all(ports.map(answers))).toEqual([false, false, false, false])
})
