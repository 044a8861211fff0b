/** For tests: a plain TCP connection through the proxy, with what both of its ends saw. Everything closes after the test. */
import {once} from 'node:events'
import {connect, createServer, type AddressInfo, type Socket} from 'node:net'
import {onTestFinished, vi} from 'vitest'
import type {Direction, NetworkFault} from '../history/fault.ts'
import type {FaultEvent} from '../history/fault-event.ts'
import {createFaultBoard} from './fault-board.ts'
import {openFaultProxy} from './fault-proxy.ts'

export type Seen = {
  readonly socket: Socket
  readonly chunks: readonly Buffer[]
  readonly text: () => string
  /** How the other side ended, as this end's system told it: `fin`, or an error's code. */
  readonly ending: () => string | null
}

export function watch(socket: Socket): Seen {
  const chunks: Buffer[] = []
  let ending: string | null = null
  socket.on('data', (chunk) => chunks.push(chunk as Buffer))
  socket.on('end', () => (ending ??= 'fin'))
  socket.on('error', (error) => (ending = 'code' in error ? String(error.code) : error.message))
  return {socket, chunks, text: () => Buffer.concat(chunks).toString('latin1'), ending: () => ending}
}

/** Waits for a state. */
export const until = <T>(isSo: () => T): Promise<NonNullable<T>> =>
  vi.waitFor(
    () => {
      const value = isSo()
      if (!value) throw new Error(`not so: ${isSo}`)
      return value
    },
    {interval: 2, timeout: 8_000},
  )

export type TestProxyOptions = {readonly seed?: string; readonly lingerMs?: number}

export async function openTestProxy(
  serverPort: number,
  owner: string | null,
  {seed = 'test', lingerMs = 5_000}: TestProxyOptions = {},
) {
  const events: FaultEvent[] = []
  const board = createFaultBoard({seed, record: (event) => events.push(event)})
  const proxy = await openFaultProxy({serverPort, board, owner, lingerMs})
  onTestFinished(() => proxy.close())
  const of = <K extends FaultEvent['kind']>(kind: K) =>
    events.filter((event): event is Extract<FaultEvent, {kind: K}> => event.kind === kind)
  return {events, of, board, proxy}
}

/** One owner, `A`. Each call of `open` opens a connection; its far end is there once something reached the server. */
export async function openTestLine(options?: TestProxyOptions) {
  const arrived: Seen[] = []
  const listener = createServer({allowHalfOpen: true}, (socket) => arrived.push(watch(socket)))
  listener.listen(0, '127.0.0.1')
  await once(listener, 'listening')
  onTestFinished(() => {
    listener.close()
    for (const {socket} of arrived) socket.destroy()
  })
  const made = await openTestProxy((listener.address() as AddressInfo).port, 'A', options)

  function open() {
    const socket = connect({host: '127.0.0.1', port: made.proxy.port, allowHalfOpen: true})
    onTestFinished(() => void socket.destroy())
    return watch(socket)
  }

  /** A connection that is known to be whole: a byte went either way. */
  async function openWhole() {
    const before = arrived.length
    const client = open()
    client.socket.write('<')
    const server = await until(() => arrived.at(before))
    server.socket.write('>')
    await until(() => client.text() === '>' && server.text() === '<')
    return {client, server}
  }

  return {
    ...made,
    arrived,
    open,
    openWhole,
    begin: (fault: NetworkFault) => made.board.begin(fault, {owner: 'A', on: 'everything'}),
    heldBytes: (direction: Direction) =>
      made
        .of('fault-bit')
        .filter((event) => event.direction === direction)
        .reduce((sum, {bytes}) => sum + bytes, 0),
  }
}
