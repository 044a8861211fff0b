/**
 * A network for tests with a server at its end, on the test's clock: it passes everything, it refuses, or it is silent. The
 * server keeps one log for each topic, says `[]` at its pace, and repeats some of what a tab has already when it comes back.
 */
import type {CelsiusCommand, CommandItem} from '#protocol/celsius-command.ts'
import type {createTestClock} from '../test-clock.ts'
import {TestSocket} from './test-socket.ts'

export type Weather = 'up' | 'down' | 'silent'

type Wire = {
  readonly socket: TestSocket
  readonly topics: Set<string>
  /** What was on its way when the network fell silent never arrives: the link is dead, and nobody tells. */
  isDead: boolean
  isOpen: boolean
}

export function createTestNetwork(clock: ReturnType<typeof createTestClock>, {keepAliveMs = 30_000} = {}) {
  const wires: Wire[] = []
  const log: string[] = []
  const positions: string[] = []
  let weather: Weather = 'up'
  let waiting: (() => void)[] = []
  let lagMs = 5
  let attempts = 0

  const unlessSilent = (run: () => void) => void (weather === 'silent' ? waiting.push(run) : run())
  const soon = (run: () => void) => void clock.setTimer(() => unlessSilent(run), lagMs)
  const hears = (wire: Wire) => wire.isOpen && !wire.isDead && !wire.socket.isClosed && weather === 'up'
  const entry = (offset: string) => ({
    type: 'message',
    topic_id: 't',
    offset,
    payload: {type: 'x', n: offset},
  })

  function replyTo(command: CelsiusCommand, wire: Wire): unknown {
    if (command.type === 'connect') return {type: 'connect', subscriptions: {}}
    if (command.type === 'presence') return {type: 'presence'}
    if (command.type === 'position') positions.push(command.offset)
    if (command.type !== 'subscribe') return {type: command.type, topic_id: command.topic_id}
    wire.topics.add(command.topic_id)
    const read = command.topic_id === 't' ? log.indexOf(command.offset ?? '') : -1
    const recovered = command.offset !== undefined
    // One more than was asked for: what the tab has already must not count twice.
    const catchups = recovered ? log.slice(Math.max(0, read)).map(entry) : []
    return {
      type: 'subscribe',
      topic_id: command.topic_id,
      recovered,
      last_offset: log.at(-1) ?? '0',
      catchups,
    }
  }

  function receive(wire: Wire, items: readonly CommandItem[]): void {
    if (!hears(wire)) return
    clock.setTimer(() => {
      if (!hears(wire)) return
      wire.socket.receive(items.map(({id, command}) => ({id, type: 'reply', reply: replyTo(command, wire)})))
    }, lagMs)
  }

  function open(wire: Wire): void {
    if (wire.socket.isClosed) return
    if (weather === 'down') return wire.socket.drop()
    wire.isOpen = true
    wire.socket.open()
    const say = () => {
      if (wire.socket.isClosed || wire.isDead) return
      if (hears(wire)) wire.socket.receive('[]')
      clock.setTimer(say, keepAliveMs)
    }
    clock.setTimer(say, keepAliveMs)
  }

  return {
    log,
    positions,
    attempts: () => attempts,
    /** Sockets that the tab has not given up. */
    standing: () => wires.filter(({socket}) => !socket.isClosed).length,
    setLag: (ms: number) => void (lagMs = ms),
    socketUrl(): Promise<string> {
      attempts += 1
      return new Promise((resolve, reject) => {
        soon(() => (weather === 'up' ? resolve('ws://127.0.0.1:1') : reject(new Error('offline'))))
      })
    },
    openSocket(url: string): WebSocket {
      const wire: Wire = {socket: new TestSocket(url), topics: new Set(), isDead: false, isOpen: false}
      wires.push(wire)
      wire.socket.onSend = (items) => receive(wire, items)
      soon(() => open(wire))
      return wire.socket as unknown as WebSocket
    },
    turn(next: Weather): void {
      weather = next
      for (const wire of wires) {
        if (next === 'down') wire.socket.drop()
        if (next === 'silent' && wire.isOpen) wire.isDead = true
      }
      if (next === 'silent') return
      for (const run of waiting.splice(0)) run()
    },
    /** Closes what is open, as a server does. */
    close: (code: number) => wires.forEach(({socket}) => socket.drop(code)),
    /** The next entry of the log, to whoever follows it; `times` as often as a careless server might. */
    publish(times = 1): void {
      log.push(`${log.length + 1}-0`)
      for (const wire of wires) {
        if (!wire.topics.has('t')) continue
        // A socket that the tab has given up may still bring what was on its way.
        if (wire.socket.isClosed) wire.socket.receive(log.map(entry))
        if (!hears(wire)) continue
        for (let time = 0; time < times; time += 1) wire.socket.receive([entry(log.at(-1)!)])
      }
    },
  }
}
