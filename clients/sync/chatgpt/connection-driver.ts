/**
 * Owns the one socket of a tab and the timers of its attempts, and does what `connection.ts` decides.
 * Does not know what the frames mean. Rules CO1–CO3, CO11–CO13.
 */
import {CLOSE_CODES} from '#protocol/close-codes.ts'
import type {Remedy} from '#protocol/policy.ts'
import type {ChatgptSurroundings} from './chatgpt-surroundings.ts'
import {next, pageOf, type Connection, type ConnectionEvent, type LinkEnd} from './connection.ts'
import {linkRules} from './defaults.ts'

export type ConnectionDriver = {
  start(): void
  state(): Connection
  /** False when there is no open socket to send on. */
  send(text: string): boolean
  /** Leaves an open connection that is held for dead, and connects again at once. */
  abandon(why: 'probe' | 'watchdog'): void
  /** The page is back: what it waits for, it need not wait for any longer. */
  wake(): void
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

export function driveConnection(
  surroundings: Needs,
  handlers: ConnectionHandlers,
  remedies: readonly Remedy[] = [],
): ConnectionDriver {
  const {now} = surroundings
  const invitedCodes = remedies.includes('position') ? [CLOSE_CODES.stalePosition] : []
  const page = pageOf(surroundings.random(), invitedCodes)
  const limitsAttempts = remedies.includes('probe')
  let state: Connection = {name: 'idle'}
  let socket: WebSocket | null = null
  let cancelTimer = () => {}
  let foreground = surroundings.pageState().foreground

  const stopListening = surroundings.onPageState((pageState) => {
    const gained = pageState.foreground && !foreground
    foreground = pageState.foreground
    if (gained) feed({type: 'focused', at: now()})
  })

  function feed(event: ConnectionEvent): void {
    const before = state
    const after = next(before, event, page)
    if (after === before) return
    state = after
    // The timer of a state that is over must not strike a later one.
    cancelTimer()
    cancelTimer = () => {}
    handlers.onChange(after, before)
    if (state !== after) return
    if (after.name === 'connecting') begin(after)
    if (after.name === 'waiting')
      cancelTimer = surroundings.setTimer(
        () => feed({type: 'retry-due', at: now()}),
        Math.max(0, after.retryAtMs - now()),
      )
  }

  function begin(attempt: Connection): void {
    leaveSocket()
    if (limitsAttempts)
      cancelTimer = surroundings.setTimer(() => {
        leaveSocket()
        drop(attempt, {why: 'probe'})
      }, linkRules.openWithinMs)
    void connect(attempt)
  }

  function drop(attempt: Connection, end: LinkEnd): void {
    // Anything but the attempt's own state means that somebody already dealt with it.
    if (state !== attempt) return
    const {foreground: isInFront} = surroundings.pageState()
    feed({type: 'dropped', at: now(), foreground: isInFront, draw: surroundings.random(), end})
  }

  async function connect(attempt: Connection): Promise<void> {
    let opened: WebSocket
    try {
      const url = await handlers.socketUrl()
      if (state !== attempt) return
      opened = surroundings.openSocket(url)
    } catch {
      drop(attempt, {why: 'no-address'})
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
    opened.addEventListener('close', ({code}: CloseEvent) => {
      if (socket !== opened) return
      socket = null
      drop(state, {why: 'closed', ...(code !== undefined && {code})})
    })
  }

  /** Whatever it still has to say is not heard any more. */
  function leaveSocket(): void {
    const last = socket
    socket = null
    last?.close()
  }

  return {
    start: () => feed({type: 'started', at: now()}),
    state: () => state,
    send(text) {
      if (state.name !== 'open' || !socket) return false
      socket.send(text)
      return true
    },
    abandon(why) {
      if (state.name === 'open') feed({type: 'abandoned', at: now(), why})
    },
    wake: () => feed({type: 'woken', at: now()}),
    close() {
      stopListening()
      cancelTimer()
      feed({type: 'closed'})
      leaveSocket()
    },
  }
}
