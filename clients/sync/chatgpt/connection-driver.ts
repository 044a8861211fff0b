/**
 * Owns the one socket of a tab and the timer of its next attempt, and does what `connection.ts` decides.
 * Does not know what the frames mean.
 */
import type {ChatgptSurroundings} from './chatgpt-surroundings.ts'
import {next, pageOf, type Connection, type ConnectionEvent} from './connection.ts'

export type ConnectionDriver = {
  start(): void
  state(): Connection
  /** False when there is no open socket to send on. */
  send(text: string): boolean
  close(): void
}

export type ConnectionHandlers = {
  readonly socketUrl: () => Promise<string>
  readonly onChange: (state: Connection, before: Connection) => void
  /** `at` is the moment the frame was in hand, before anybody parsed it. */
  readonly onFrame: (text: string, at: number) => void
}

type Needs = Pick<
  ChatgptSurroundings,
  'openSocket' | 'now' | 'stampNow' | 'setTimer' | 'random' | 'pageState' | 'onPageState'
>

export function driveConnection(surroundings: Needs, handlers: ConnectionHandlers): ConnectionDriver {
  const page = pageOf(surroundings.random())
  let state: Connection = {name: 'idle'}
  let socket: WebSocket | null = null
  let cancelRetry = () => {}
  let foreground = surroundings.pageState().foreground

  const stopListening = surroundings.onPageState((pageState) => {
    const gained = pageState.foreground && !foreground
    foreground = pageState.foreground
    if (gained) feed({type: 'focused'})
  })

  function feed(event: ConnectionEvent): void {
    const before = state
    state = next(before, event, page)
    if (state === before) return
    handlers.onChange(state, before)
    if (state.name === 'connecting') void connect(state)
    if (state.name === 'waiting') {
      const wait = Math.max(0, state.retryAtMs - surroundings.now())
      cancelRetry = surroundings.setTimer(() => feed({type: 'retry-due'}), wait)
    }
  }

  function drop(attempt: Connection): void {
    // Anything but the attempt's own state means that somebody already dealt with it.
    if (state !== attempt) return
    feed({type: 'dropped', at: surroundings.now(), foreground: surroundings.pageState().foreground})
  }

  async function connect(attempt: Connection): Promise<void> {
    let opened: WebSocket
    try {
      const url = await handlers.socketUrl()
      if (state !== attempt) return
      opened = surroundings.openSocket(url)
    } catch {
      drop(attempt)
      return
    }
    socket = opened
    opened.addEventListener('open', () => {
      if (socket === opened) feed({type: 'opened'})
    })
    opened.addEventListener('message', (event: MessageEvent) => {
      const at = surroundings.stampNow()
      if (socket === opened && typeof event.data === 'string') handlers.onFrame(event.data, at)
    })
    // A close always follows; without a listener some sockets would throw.
    opened.addEventListener('error', () => {})
    opened.addEventListener('close', () => {
      if (socket !== opened) return
      socket = null
      drop(state)
    })
  }

  return {
    start: () => feed({type: 'started'}),
    state: () => state,
    send(text) {
      if (state.name !== 'open' || !socket) return false
      socket.send(text)
      return true
    },
    close() {
      stopListening()
      cancelRetry()
      const last = socket
      socket = null
      feed({type: 'closed'})
      last?.close()
    },
  }
}
