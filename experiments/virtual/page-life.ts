/**
 * What a browser does to a page and Node does not: it makes timers run, and it freezes the page. A frozen page runs no
 * code at all; its sockets go on answering pings, and what comes on them is lost, as was measured in Chromium 156. Here
 * the page's waits can also pass faster than life. Does not know what the page is. Rules VT2, VT4.
 */
import {WebSocket as Socket} from 'ws'
import {createVirtualPage, type VirtualPage} from '../../clients/sync/virtual-page.ts'

/** What lies between a page and everybody else. */
export type Network = {
  readonly fetch: typeof fetch
  readonly openSocket: (url: string, origin: string) => Socket
  /** Of a push: brings it to the page. */
  readonly hand: (run: () => void) => void
}

export const plainNetwork: Network = {
  fetch: (input, init) => fetch(input, init),
  openSocket: (url, origin) => new Socket(url, {headers: {origin}, perMessageDeflate: false}),
  hand: (run) => run(),
}

export type PageLife = {
  /** Visible and in the foreground until it is turned. */
  readonly page: VirtualPage
  /** Runs at once, or when the page is thawed. */
  readonly whenAwake: (run: () => void) => void
  freeze(): void
  /** Every socket that was open is found broken, what waited runs, and the page hears that it was resumed. */
  thaw(): void
  readonly setTimer: (run: () => void, delayMs: number) => () => void
  readonly fetch: typeof fetch
  /** A socket whose page hears nothing while it is frozen. */
  readonly openSocket: (url: string, origin: string) => Socket
  /** Hands the page something from outside, as a task of its own; a frozen one gets it when it is thawed. */
  readonly hand: (run: () => void) => void
  /** The page finds its sockets broken, as when its machine goes to another network. */
  cutSockets(): void
  /** Nothing of the page goes on. */
  end(): void
}

/** `haste`: by how much the page's own waits are shortened; 1 is as in life. */
export function startPageLife(haste: number, network: Network = plainNetwork): PageLife {
  const sockets = new Set<Socket>()
  const timers = new Set<NodeJS.Timeout>()
  let asleep: (() => void)[] | null = null

  function whenAwake(run: () => void): void {
    if (asleep === null) run()
    else asleep.push(run)
  }

  function hear(type: string, run: () => void): void {
    // A message to a frozen page is taken off the wire and is never seen again.
    if (asleep !== null && type === 'message') return
    whenAwake(run)
  }

  function setTimer(run: () => void, delayMs: number): () => void {
    const timer = setTimeout(() => {
      timers.delete(timer)
      whenAwake(run)
    }, delayMs / haste)
    timers.add(timer)
    return () => {
      timers.delete(timer)
      clearTimeout(timer)
    }
  }

  const page = createVirtualPage()
  const cutSockets = () => sockets.forEach((socket) => socket.terminate())

  return {
    page,
    whenAwake,
    freeze: () => void (asleep ??= []),
    thaw() {
      const waiting = asleep ?? []
      asleep = null
      cutSockets()
      for (const run of waiting) run()
      page.wake('resumed')
    },
    setTimer,
    hand: (run) => network.hand(() => void setTimer(run, 0)),
    async fetch(input, init) {
      const response = await network.fetch(input, init)
      if (asleep !== null) await new Promise<void>(whenAwake)
      return response
    },
    openSocket(url, origin) {
      const socket = network.openSocket(url, origin)
      sockets.add(socket)
      // What went wrong is told by `close`, which always follows.
      socket.on('error', () => {})
      socket.on('close', () => sockets.delete(socket))
      const listen = socket.addEventListener.bind(socket)
      // The page's listeners are of a browser's socket, and hear what a browser would tell them.
      const tellPage: typeof listen = (type, listener, options) => {
        const handle = typeof listener === 'function' ? listener : listener.handleEvent
        listen(type, (event) => hear(type, () => handle(event)), options)
      }
      Object.assign(socket, {addEventListener: tellPage})
      return socket
    },
    end() {
      asleep = null
      for (const timer of timers) clearTimeout(timer)
      cutSockets()
    },
    cutSockets,
  }
}
