/** The back end in its own process, as a parent has it: ready, called, killed, left alone. */
import {fork, type ChildProcess} from 'node:child_process'
import {once} from 'node:events'
import {connect} from 'node:net'
import {fileURLToPath} from 'node:url'
import {afterEach, expect, test} from 'vitest'
import type {FcmProcessOptions, FromFcm, ToFcm} from './process-message.ts'
import {openTestPage} from './test-page.ts'
import {createTrust} from './trust/trust.ts'

const children: ChildProcess[] = []
afterEach(() => {
  for (const child of children.splice(0)) child.kill('SIGKILL')
})

type Said<Say extends FromFcm['say']> = Extract<FromFcm, {say: Say}>

async function started(change: Partial<FcmProcessOptions> = {}) {
  const child = fork(fileURLToPath(new URL('process.ts', import.meta.url)), {
    serialization: 'advanced',
    execArgv: [],
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  })
  children.push(child)
  // From the start: a process may be gone before anybody waits for that.
  const gone = once(child, 'exit')
  const said: FromFcm[] = []
  child.on('message', (message: FromFcm) => said.push(message))
  const heard = async <Say extends FromFcm['say']>(say: Say): Promise<Said<Say>> => {
    const known = () => said.find((message): message is Said<Say> => message.say === say)
    await expect.poll(known, {timeout: 10_000, interval: 10}).toBeDefined()
    return known()!
  }
  const say = (message: ToFcm) => child.send(message)
  const trust = await createTrust()
  say({
    say: 'start',
    options: {port: 0, mcsPort: 0, store: null, projectId: 'demo', temporaryFolder: null, trust, ...change},
  })
  return {child, gone, said, heard, say}
}

const refuses = (port: number) =>
  new Promise<boolean>((resolve) => {
    const socket = connect(port, '127.0.0.1', () => {
      socket.destroy()
      resolve(false)
    })
    socket.once('error', () => resolve(true))
  })

test('[FB7] it tells its addresses, hands on its ledger and carries out what it is called for', async () => {
  const {said, heard, say, gone} = await started()
  const {addresses} = await heard('started')
  expect(addresses.api.port).toBeGreaterThan(0)
  const page = await openTestPage(addresses)
  say({say: 'call', id: 7, call: 'expireToken', args: [page.token]})
  expect(await heard('answer')).toMatchObject({id: 7})
  await page.close()
  await expect
    .poll(() =>
      said.flatMap((message) => (message.say === 'ledger' ? message.events.map(({kind}) => kind) : [])),
    )
    .toEqual(['push-link-opened', 'push-link-closed'])
  say({say: 'close'})
  expect(await gone).toEqual([0, null])
})

test('[FB7] a port that is taken is told by its code, and the process ends', async () => {
  const {heard} = await started()
  const {addresses} = await heard('started')
  const second = await started({port: addresses.api.port})
  expect(await second.heard('failed')).toMatchObject({id: null, code: 'EADDRINUSE'})
  await second.gone
})

test('[FB7] it ends with its parent', async () => {
  const {child, gone, heard} = await started()
  const {addresses} = await heard('started')
  child.disconnect()
  expect(await gone).toEqual([0, null])
  expect(await refuses(addresses.api.port)).toBe(true)
})
