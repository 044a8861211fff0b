/**
 * The push server that Firefox keeps a WebSocket to: lets browsers in and drives their sessions. What a message means
 * is session.ts, who gets which push is the core's. Rules AP1, AP10, AP12–AP13.
 */
import {once} from 'node:events'
import {createServer, type IncomingMessage} from 'node:http'
import {Socket, type AddressInfo} from 'node:net'
import type {Duplex} from 'node:stream'
import {WebSocketServer} from 'ws'
import {AUTOPUSH_SUBPROTOCOL} from '#protocol/autopush.ts'
import type {PushEvent} from '#protocol/push-event.ts'
import type {PushCore} from '../push-core.ts'
import {openConnection, type Connection} from './connection.ts'
import {defaultAutopushSettings, type AutopushSettings} from './defaults.ts'

export type AutopushOptions = {
  readonly core: PushCore
  /** A loopback address: nothing here asks who is calling. */
  readonly host: string
  /** 0 takes any free one. */
  readonly port: number
  readonly record: (event: PushEvent) => void
  readonly settings?: Partial<AutopushSettings>
  /** Milliseconds of CLOCK_MONOTONIC. */
  readonly now?: () => number
}

export type RunningAutopush = {
  /** For Firefox's `dom.push.serverURL`. */
  readonly url: string
  readonly port: number
  connectionCount(): number
  close(): Promise<void>
}

const monotonicMs = () => Number(process.hrtime.bigint()) / 1e6

export async function startAutopush(options: AutopushOptions): Promise<RunningAutopush> {
  const {core, host, port, record, now = monotonicMs} = options
  const settings = {...defaultAutopushSettings, ...options.settings}
  const connections = new Set<Connection>()
  const sockets = new WebSocketServer({
    noServer: true,
    clientTracking: false,
    perMessageDeflate: false,
    maxPayload: settings.maxFrameBytes,
    handleProtocols: (offered) => offered.has(AUTOPUSH_SUBPROTOCOL) && AUTOPUSH_SUBPROTOCOL,
  })

  function handleUpgrade(req: IncomingMessage, socket: Duplex, head: Buffer): void {
    if (isOfPage(req.headers.origin)) {
      record({kind: 'push-refused', at: now(), where: 'autopush', code: 'origin'})
      socket.on('error', () => socket.destroy())
      socket.end(FORBIDDEN, () => socket.destroy())
      return
    }
    if (socket instanceof Socket) socket.setNoDelay(true)
    sockets.handleUpgrade(req, socket, head, (opened) => {
      const connection = openConnection({
        socket: opened,
        core,
        settings,
        refused: (code) => record({kind: 'push-refused', at: now(), where: 'autopush', code}),
        onEnd: () => connections.delete(connection),
      })
      connections.add(connection)
    })
  }

  const http = createServer((_req, res) => res.writeHead(426, {connection: 'close'}).end())
  http.on('upgrade', handleUpgrade)
  http.listen(port, host)
  await once(http, 'listening')
  const taken = (http.address() as AddressInfo).port

  return {
    url: `ws://${host}:${taken}/`,
    port: taken,
    connectionCount: () => connections.size,
    async close() {
      const closed = once(http, 'close')
      http.close()
      for (const connection of connections) connection.end()
      http.closeAllConnections()
      await closed
    },
  }
}

/** A page in anybody's browser may open sockets to loopback; Firefox's own push client names no web origin. */
const isOfPage = (origin: string | undefined): boolean =>
  origin !== undefined && /^(?:https?:|null$)/i.test(origin)

const FORBIDDEN = 'HTTP/1.1 403 Forbidden\r\nconnection: close\r\ncontent-length: 0\r\n\r\n'
