/**
 * The worker's side: the hub of all tabs that have a port, hired by the first of them and given up with the last. The
 * server's book calls its socket after the tab that hired it. Rules LW1, LW20–LW22.
 */
import {readPortFrame, type Hire, type HubFrame, type PortFrame} from '#protocol/hub-frame.ts'
import {ProtocolError} from '#protocol/protocol-error.ts'
import type {PageState} from '../../chat-session.ts'
import {createApi} from '../api.ts'
import type {ChatgptSurroundings} from '../chatgpt-surroundings.ts'
import {keepSocketUrl} from '../socket-url.ts'
import {lockOf, maxTabName} from './defaults.ts'
import {runHub, type RunningHub} from './run-hub.ts'
import type {WorkerPort} from './sharing-parts.ts'

export type PortServer = {serve(port: WorkerPort): void}

/** What a worker has of itself; whether a person looks at one of its tabs the tabs say. */
export type WorkerSurroundings = Omit<ChatgptSurroundings, 'pageState' | 'onPageState'>

type Client = {readonly port: WorkerPort; readonly members: Set<string>; foreground: boolean}

export function createPortServer(worker: WorkerSurroundings): PortServer {
  const clients = new Map<string, Client>()
  const listeners = new Set<(state: PageState) => void>()
  let hub: RunningHub | null = null
  let holdsLock = false

  const pageState = (): PageState => {
    const foreground = [...clients.values()].some((client) => client.foreground)
    return {foreground, visible: foreground}
  }
  const surroundings: ChatgptSurroundings = {
    ...worker,
    pageState,
    onPageState(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
  }

  function post(frame: HubFrame): void {
    const text = JSON.stringify(frame)
    const to = frame.type === 'beat' ? null : frame.to
    if (to !== null) return clients.get(clientOf(to))?.port.post(text)
    for (const {port} of clients.values()) port.post(text)
  }

  function begin({generation, tab, ...person}: Hire): RunningHub {
    const name = `worker-${tab}`.slice(0, maxTabName)
    const options = {...person, tab: name, pollPace: 1_000}
    const api = createApi(options, surroundings, new AbortController().signal)
    const socketUrl = keepSocketUrl(() => api.socketUrl(), surroundings.now)
    return runHub({generation, remedies: person.remedies, surroundings, socketUrl, post})
  }

  /** A worker that is gone leaves its lock behind: so its tabs hear of it, whatever their ports say. */
  function hire(frame: Hire): void {
    const start = () => {
      if (hub === null && clients.size > 0) hub = begin(frame)
    }
    if (holdsLock || !worker.locks) return start()
    const forLife = async () => {
      holdsLock = true
      start()
      await new Promise<never>(() => {})
    }
    worker.locks.request(lockOf(frame.userId, frame.generation), {}, forLife).catch(() => {})
  }

  function take(port: WorkerPort, frame: PortFrame): void {
    switch (frame.type) {
      case 'hire':
        clients.set(frame.client, {port, members: new Set(), foreground: false})
        if (hub === null) hire(frame)
        return
      case 'ask':
        turn(frame.client, frame.foreground)
        return hub?.take(frame)
      case 'commands':
        clients.get(clientOf(frame.member))?.members.add(frame.member)
        return hub?.take(frame)
      case 'bye':
        clients.get(clientOf(frame.member))?.members.delete(frame.member)
        return hub?.take(frame)
      case 'quit':
        return dismiss(frame.client)
    }
  }

  function turn(name: string, foreground: boolean): void {
    const client = clients.get(name)
    if (!client || client.foreground === foreground) return
    const before = pageState()
    client.foreground = foreground
    tellIfTurned(before)
  }

  function tellIfTurned(before: PageState): void {
    const state = pageState()
    if (state.foreground !== before.foreground) for (const listener of listeners) listener(state)
  }

  function dismiss(name: string): void {
    const client = clients.get(name)
    if (!client) return
    const before = pageState()
    clients.delete(name)
    client.port.close()
    for (const member of client.members) hub?.take({type: 'bye', member})
    tellIfTurned(before)
    if (clients.size > 0) return
    // The browser ends a worker without tabs by itself. Ended here it would be lost to a tab that is just being reloaded.
    hub?.close()
    hub = null
  }

  return {
    serve(port) {
      port.onText((text) => {
        const frame = readQuietly(text)
        if (frame) take(port, frame)
      })
      port.onGone(() => {
        for (const [name, client] of clients) if (client.port === port) dismiss(name)
      })
    },
  }
}

const clientOf = (member: string): string => member.slice(0, member.lastIndexOf('.'))

function readQuietly(text: string): PortFrame | null {
  try {
    return readPortFrame(text)
  } catch (error) {
    if (error instanceof ProtocolError) return null
    throw error
  }
}
