/**
 * A TCP proxy on 127.0.0.1 in front of a server on 127.0.0.1, which does to connections what the board says. All tabs use
 * one address, so that they keep their common origin, storage and pool of connections. Rules FA1–FA13, FA15.
 */
import {EventEmitter, once} from 'node:events'
import {createServer, type AddressInfo} from 'node:net'
import {oneOwner, readExchanges} from './exchange-reader.ts'
import type {FaultBoard} from './fault-board.ts'
import {ProxiedConnection} from './proxied-connection.ts'

export type FaultProxyOptions = {
  /** Of the server on 127.0.0.1. It need not listen yet: who connects before is reset. */
  readonly serverPort: number
  readonly board: FaultBoard
  /** Whose everything is that comes to this listener, unread (TLS, MCS). Null: HTTP, each request names its tab. */
  readonly owner: string | null
  /** 0 or absent takes any free one. */
  readonly port?: number
  readonly lingerMs?: number
}

export type FaultProxy = {
  readonly port: number
  /** `http://127.0.0.1:{port}`: where tabs go instead of to the server. */
  readonly origin: string
  /** What is open and held at this moment. */
  census(): {readonly connections: number; readonly heldBytes: number}
  /** Cuts what is open; resolves when no socket is left. */
  close(): Promise<void>
}

/** A person's patience is shorter; an end that ignores a FIN is not waited for. */
const LINGER_MS = 5_000
/** A thousand tabs that come back at once are to be let in, not refused. */
const BACKLOG = 4_096

/** Rejects with `code: 'EADDRINUSE'` when the port is taken. */
export async function openFaultProxy(options: FaultProxyOptions): Promise<FaultProxy> {
  const {serverPort, board, owner, port = 0, lingerMs = LINGER_MS} = options
  const connections = new Set<ProxiedConnection>()
  const emptied = new EventEmitter()
  function onClosed(gone: ProxiedConnection): void {
    connections.delete(gone)
    if (connections.size === 0) emptied.emit('empty')
  }
  const listener = createServer({allowHalfOpen: true}, (client) => {
    const reader = owner === null ? readExchanges() : oneOwner(owner)
    connections.add(new ProxiedConnection({client, serverPort, reader, board, lingerMs, onClosed}))
  })
  listener.listen({host: '127.0.0.1', port, backlog: BACKLOG})
  await once(listener, 'listening')
  const {port: taken} = listener.address() as AddressInfo
  let closing: Promise<void> | null = null

  async function closeAll(): Promise<void> {
    const closed = new Promise<void>((resolve) => {
      listener.close(() => resolve())
    })
    const empty = connections.size > 0 ? once(emptied, 'empty') : null
    for (const connection of connections) connection.destroy()
    await Promise.all([closed, empty])
  }

  return {
    port: taken,
    origin: `http://127.0.0.1:${taken}`,
    census: () => ({
      connections: connections.size,
      heldBytes: [...connections].reduce((sum, {heldBytes}) => sum + heldBytes, 0),
    }),
    close: () => (closing ??= closeAll()),
  }
}
