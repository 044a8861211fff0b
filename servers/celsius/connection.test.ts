/** One connection over a socket whose bytes leave when the test says so. */
import {EventEmitter} from 'node:events'
import {afterEach, beforeEach, expect, test, vi} from 'vitest'
import type {WebSocket} from 'ws'
import {CLOSE_CODES} from '#protocol/close-codes.ts'
import type {LedgerEvent} from '#protocol/ledger-event.ts'
import {conversationTopic} from '#protocol/topics.ts'
import {createMemoryLog} from '../log/memory-log.ts'
import {writeAnnouncement} from './announcement.ts'
import {channelMessages} from './channel-messages.ts'
import {openConnection, topicKey} from './connection.ts'
import {defaultCelsiusSettings} from './defaults.ts'
import {createFanOut} from './fan-out.ts'
import {commits, person} from './test-channel.ts'

const C1 = conversationTopic('c1')

class FakeSocket extends EventEmitter {
  bufferedAmount = 0
  readonly closedWith: number[] = []
  /** What is to be called when the bytes of a frame are out, in the order of sending. */
  readonly onOut: ((error?: Error) => void)[] = []
  send(_data: unknown, _options: object, onOut?: (error?: Error) => void): void {
    if (onOut) this.onOut.push(onOut)
  }
  ping(): void {}
  terminate(): void {}
  close(code: number): void {
    this.closedWith.push(code)
  }
}

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

async function heldConnection() {
  const socket = new FakeSocket()
  const log = createMemoryLog()
  const ledger: LedgerEvent[] = []
  const ada = person('ada')
  openConnection({
    socket: socket as unknown as WebSocket,
    userId: 'ada',
    tab: 'B',
    user: () => ada,
    log,
    fanOut: createFanOut(log),
    settings: {...defaultCelsiusSettings, positionBoundMs: 3_000},
    now: () => performance.now(),
    record: (event) => ledger.push(event),
    slowMs: () => 0,
    isTakenElsewhere: () => false,
    onEnd: () => {},
  })
  const presence = {type: 'presence', state: 'foreground'}
  const commands = [
    {type: 'connect', presence},
    {type: 'subscribe', topic_id: C1},
    {type: 'position', topic_id: C1, offset: '0'},
  ]
  const frame = commands.map((command, index) => ({id: index + 1, command}))
  socket.emit('message', Buffer.from(JSON.stringify(frame)), false)
  await vi.advanceTimersByTimeAsync(0)
  const announce = async (id: string) => {
    const [announcement] = channelMessages('content', commits('ada', id), 1)
    await log.append(topicKey('ada', C1), writeAnnouncement(announcement!))
  }
  return {socket, announce, found: () => ledger.filter(({kind}) => kind === 'found-stale')}
}

test('[CE45] what still waits in the server is not held against a tab; what is out, is, from then on', async () => {
  const {socket, announce, found} = await heldConnection()
  await announce('m1')
  await announce('m2')
  expect(socket.onOut).toHaveLength(2)
  await vi.advanceTimersByTimeAsync(20_000)
  expect(socket.closedWith).toEqual([])
  socket.onOut[0]!()
  await vi.advanceTimersByTimeAsync(2_999)
  expect(found()).toEqual([])
  await vi.advanceTimersByTimeAsync(1)
  expect(found()).toMatchObject([{tab: 'B', topic: C1, behind: 1, forMs: 3_000}])
  expect(socket.closedWith).toEqual([CLOSE_CODES.stalePosition])
})

test('[CE45] bytes that never leave because the line broke are not out', async () => {
  const {socket, announce, found} = await heldConnection()
  await announce('m1')
  socket.onOut[0]!(new Error('the line broke'))
  await vi.advanceTimersByTimeAsync(60_000)
  expect(found()).toEqual([])
})
