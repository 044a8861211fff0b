/** Listens for devices over TLS: Google's mobile connection server, as far as a browser needs it. Rules MC1, MC13. */
import type {AddressInfo, Socket} from 'node:net'
import {createServer} from 'node:tls'
import type {PushEvent} from '#protocol/push-event.ts'
import type {PushCore} from '../push-core.ts'
import type {PushStore} from '../core/push-store.ts'
import {realTimer, type SetTimer} from '../core/set-timer.ts'
import {serveConnection} from './connection.ts'
import {defaultMcsSettings, type McsSettings} from './defaults.ts'

export type McsParts = {
  readonly core: PushCore
  readonly store: Pick<PushStore, 'admit'>
  /** PEM. */
  readonly tls: {readonly key: string; readonly cert: string}
  readonly host?: string
  /** 0 takes any free one. */
  readonly port: number
  readonly record: (event: PushEvent) => void
  readonly now: () => number
  readonly wallMs: () => number
  readonly setTimer?: SetTimer
  readonly settings?: Partial<McsSettings>
}

export type RunningMcs = {readonly host: string; readonly port: number; close(): Promise<void>}

/** Rejects with Node's error when the port cannot be had. */
export async function startMcs(parts: McsParts): Promise<RunningMcs> {
  const {core, store, tls, host = '127.0.0.1', record, now, wallMs, setTimer = realTimer} = parts
  const settings = {...defaultMcsSettings, ...parts.settings}
  const sockets = new Set<Socket>()
  const server = createServer({...tls, handshakeTimeout: settings.loginWithinMs}, (socket) => {
    const admit = (deviceId: string, securityToken: string) => store.admit(deviceId, securityToken)
    serveConnection(socket, {core, admit, record, now, wallMs, setTimer, settings})
  })
  server.on('connection', (socket: Socket) => {
    socket.setNoDelay(true)
    sockets.add(socket)
    socket.on('close', () => sockets.delete(socket))
  })
  // A handshake that fails concerns nobody else.
  server.on('tlsClientError', () => {})

  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(parts.port, host, () => {
      server.off('error', reject)
      resolve()
    })
  })
  const {port} = server.address() as AddressInfo
  return {
    host,
    port,
    async close() {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()))
      for (const socket of sockets) socket.destroy()
      await closed
    },
  }
}
