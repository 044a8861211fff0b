/**
 * The network of one explored tab: lets everything through at once, or holds it back until it is let through one by one or
 * all together, or breaks. What goes one way over one request or one socket keeps its order; between them any order can be
 * made. Knows nothing of what it carries. Rule RP11.
 */
import {WebSocket as Socket} from 'ws'
import type {Network} from '../virtual/page-life.ts'
import {plainNetwork} from '../virtual/page-life.ts'
import type {Held} from './act.ts'

type Way = 'to-client' | 'to-server'

export type Line = {
  readonly network: Network
  hold(what: Held): void
  /** Of the queues in which something waits the how-many-th, counted round, oldest first. False where nothing waits. */
  letOne(which: number): boolean
  /** Everything goes through, in the order in which it came, and nothing is held any more. */
  release(): void
  /** Whatever is under way is lost, and whatever is begun fails, until it is mended. */
  break(): void
  mend(): void
  /** Requests that are not answered to their end, but for what is held. */
  underWay(): number
  /** The page is gone: what waited for it is dropped. */
  forget(): void
}

type Waiting = {readonly run: () => void; readonly number: number}
type Queue = {readonly way: Way; readonly waiting: Waiting[]}

/** `onTraffic` hears of everything that reaches the page or leaves it. */
export function createLine(onTraffic: (way: Way) => void): Line {
  const queues = new Set<Queue>()
  const exchanges = new Set<AbortController>()
  const sockets = new Set<Socket>()
  let held: Held | null = null
  let isBroken = false
  let numbers = 0
  let asked = 0

  /** Who pushes keeps what it has for a tab without a network. */
  const pushes: Queue = {way: 'to-client', waiting: []}
  const isHeld = (queue: Queue) => held === 'both' || held === queue.way || (isBroken && queue === pushes)

  /** `run` at once, or behind what waits in its queue. */
  function pass(queue: Queue, run: () => void): void {
    if (queue.waiting.length === 0 && !isHeld(queue)) {
      onTraffic(queue.way)
      return run()
    }
    queue.waiting.push({run, number: numbers++})
    queues.add(queue)
  }

  const passed = (queue: Queue, signal: AbortSignal) =>
    new Promise<void>((resolve, reject) => {
      const giveUp = () => reject(signal.reason)
      if (signal.aborted) return giveUp()
      signal.addEventListener('abort', giveUp)
      pass(queue, () => {
        signal.removeEventListener('abort', giveUp)
        resolve()
      })
    })

  function letThrough(queue: Queue): void {
    const first = queue.waiting.shift()
    if (queue.waiting.length === 0) queues.delete(queue)
    if (first === undefined) return
    onTraffic(queue.way)
    first.run()
  }

  const heads = () =>
    [...queues].toSorted((a, b) => (a.waiting[0]?.number ?? 0) - (b.waiting[0]?.number ?? 0))

  function letAllThrough(): void {
    for (let next = heads()[0]; next !== undefined; next = heads()[0]) letThrough(next)
  }

  function drop(isDropped: (queue: Queue) => boolean): void {
    for (const queue of queues) {
      if (!isDropped(queue)) continue
      queue.waiting.length = 0
      queues.delete(queue)
    }
  }

  async function exchange(input: Parameters<typeof fetch>[0], init: RequestInit = {}): Promise<Response> {
    if (isBroken) throw new TypeError('fetch failed')
    const life = new AbortController()
    const own = init.signal
    const abandon = () => life.abort(own?.reason)
    if (own?.aborted) abandon()
    own?.addEventListener('abort', abandon)
    exchanges.add(life)
    const done = () => {
      own?.removeEventListener('abort', abandon)
      exchanges.delete(life)
    }
    const onWire = <T>(way: Promise<T>): Promise<T> => {
      asked += 1
      return way.finally(() => (asked -= 1))
    }
    try {
      await passed({way: 'to-server', waiting: []}, life.signal)
      const response = await onWire(fetch(input, {...init, signal: life.signal}))
      const back: Queue = {way: 'to-client', waiting: []}
      await passed(back, life.signal)
      const {body} = response
      if (body === null || !isStream(response)) {
        if (body === null) done()
        else setImmediate(done)
        return response
      }
      const reader = body.getReader()
      const pieces = new ReadableStream<Uint8Array>({
        async pull(controller) {
          try {
            const piece = await onWire(reader.read())
            await passed(back, life.signal)
            if (!piece.done) return controller.enqueue(piece.value)
            controller.close()
          } catch (error) {
            controller.error(error)
          }
          done()
        },
        cancel(reason) {
          done()
          return reader.cancel(reason)
        },
      })
      return new Response(pieces, {status: response.status, headers: response.headers})
    } catch (error) {
      done()
      throw error
    }
  }

  function openSocket(url: string, origin: string): Socket {
    const socket = plainNetwork.openSocket(url, origin)
    sockets.add(socket)
    socket.on('error', () => {})
    socket.on('close', () => sockets.delete(socket))
    if (isBroken) socket.terminate()
    const inward: Queue = {way: 'to-client', waiting: []}
    const outward: Queue = {way: 'to-server', waiting: []}
    const listen = socket.addEventListener.bind(socket)
    const hear: typeof listen = (type, listener, options) => {
      const handle = typeof listener === 'function' ? listener : listener.handleEvent
      listen(type, (event) => (isBroken ? handle(event) : pass(inward, () => handle(event))), options)
    }
    const send = socket.send.bind(socket) as (data: string) => void
    Object.assign(socket, {
      addEventListener: hear,
      send: (data: string) => pass(outward, () => void (socket.readyState === Socket.OPEN && send(data))),
    })
    return socket
  }

  return {
    network: {fetch: exchange, openSocket, hand: (run) => pass(pushes, run)},
    hold: (what) => void (held = what),
    letOne(which) {
      const all = heads()
      const queue = all[which % Math.max(1, all.length)]
      if (queue === undefined) return false
      letThrough(queue)
      return true
    },
    release() {
      held = null
      letAllThrough()
    },
    break() {
      isBroken = true
      for (const life of exchanges) life.abort(new TypeError('fetch failed'))
      drop((queue) => queue !== pushes)
      for (const socket of sockets) socket.terminate()
    },
    mend() {
      isBroken = false
      letAllThrough()
    },
    underWay: () => asked,
    forget: () => drop(() => true),
  }
}

const isStream = ({headers}: Response): boolean =>
  headers.get('content-type')?.startsWith('text/event-stream') ?? false
