import fc from 'fast-check'
import {expect, test} from 'vitest'
import type {PageState} from '../chat-session.ts'
import {driveConnection} from './connection-driver.ts'
import {createTestClock, until} from '../test-clock.ts'
import {TestSocket} from './test-socket.ts'

function drive(socketUrl: () => Promise<string> = async () => 'ws://127.0.0.1:1') {
  const clock = createTestClock()
  const sockets: TestSocket[] = []
  const frames: string[] = []
  let page: PageState = {foreground: true, visible: true}
  let listen = (_state: PageState) => {}
  const driver = driveConnection(
    {
      ...clock,
      openSocket(url) {
        const socket = new TestSocket(url)
        sockets.push(socket)
        return socket as unknown as WebSocket
      },
      stampNow: clock.now,
      random: () => 0.5,
      pageState: () => page,
      onPageState(listener) {
        listen = listener
        return () => {}
      },
    },
    {socketUrl, onChange: () => {}, onFrame: (text) => frames.push(text)},
  )
  return {
    driver,
    clock,
    sockets,
    frames,
    turnPage(foreground: boolean) {
      page = {foreground, visible: foreground}
      listen(page)
    },
  }
}

const open = (sockets: readonly TestSocket[]) => sockets.filter(({isClosed}) => !isClosed)

test('[CO2] an address that cannot be fetched is a failed attempt', async () => {
  const {driver, clock} = drive(() => Promise.reject(new Error('offline')))
  driver.start()
  await until(() => driver.state().name === 'waiting')
  clock.advance(3_000)
  await until(() => driver.state().name === 'waiting')
  expect(driver.state()).toMatchObject({retries: 1})
  driver.close()
})

test('[CO1] a socket that closes is followed by another, after the wait', async () => {
  const {driver, clock, sockets} = drive()
  driver.start()
  await until(() => sockets.length === 1)
  sockets[0]!.open()
  sockets[0]!.drop()
  clock.advance(2_999)
  expect(driver.state().name).toBe('waiting')
  clock.advance(1)
  await until(() => sockets.length === 2)
  driver.close()
})

test('[CO3] focus after the last retry connects at once', async () => {
  const {driver, clock, sockets, turnPage} = drive(() => Promise.reject(new Error('offline')))
  driver.start()
  turnPage(false)
  for (let attempt = 0; attempt <= 5; attempt += 1) {
    await until(() => driver.state().name !== 'connecting')
    clock.advance(1_000_000)
  }
  expect(driver.state().name).toBe('exhausted')
  turnPage(true)
  expect(driver.state()).toMatchObject({name: 'connecting', retries: 0})
  expect(sockets).toHaveLength(0)
  driver.close()
})

test('a page that is closed while it asks for the address opens no socket', async () => {
  const {driver, sockets} = drive()
  driver.start()
  driver.close()
  await new Promise((resolve) => setImmediate(resolve))
  expect(sockets).toHaveLength(0)
  expect(driver.send('x')).toBe(false)
})

test('what an old socket still says is not heard', async () => {
  const {driver, clock, sockets, frames} = drive()
  driver.start()
  await until(() => sockets.length === 1)
  sockets[0]!.open()
  sockets[0]!.drop()
  clock.advance(3_000)
  await until(() => sockets.length === 2)
  sockets[1]!.open()
  sockets[0]!.receive('late')
  sockets[1]!.receive('new')
  expect(frames).toEqual(['new'])
  driver.close()
})

test('[CE2] whatever happens, there are never two sockets, and none after the end', async () => {
  const acts = ['open', 'drop', 'wait', 'blur', 'focus'] as const
  await fc.assert(
    fc.asyncProperty(fc.array(fc.constantFrom(...acts), {maxLength: 30}), async (played) => {
      const {driver, clock, sockets, turnPage} = drive()
      driver.start()
      for (const act of played) {
        await Promise.resolve()
        if (act === 'open') sockets.at(-1)?.open()
        if (act === 'drop') sockets.at(-1)?.drop()
        if (act === 'wait') clock.advance(100_000)
        if (act === 'blur') turnPage(false)
        if (act === 'focus') turnPage(true)
        expect(open(sockets).length).toBeLessThanOrEqual(1)
      }
      driver.close()
      await Promise.resolve()
      clock.advance(1e9)
      expect(open(sockets)).toHaveLength(0)
      expect(driver.state().name).toBe('closed')
    }),
  )
})
