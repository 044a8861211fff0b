/** One HTTP server on 127.0.0.1: an origin of its own, also under the ports of proxies in front of it. Rules CL54, ER5. */
import {createServer, type Server} from 'node:http'
import type {AddressInfo} from 'node:net'
import type {ServedHost} from './platforms/guard.ts'

export type LoopbackListener = {
  readonly server: Server
  /** 0 until it listens. */
  readonly port: () => number
  /** A proxy of ours at this port of 127.0.0.1 leads here: its names are this server's, too. */
  readonly addFront: (port: number) => void
  /** Whether the port is this server's own or a front's. */
  readonly isServedPort: (port: number) => boolean
  /** Takes no more connections; resolves when the last one has ended. */
  readonly finish: () => Promise<void>
}

export function createLoopbackListener(fronts: readonly number[] = []): LoopbackListener {
  const server = createServer()
  const frontPorts = new Set(fronts)
  const port = () => (server.address() as AddressInfo | null)?.port ?? 0
  return {
    server,
    port,
    addFront: (front) => void frontPorts.add(front),
    isServedPort: (asked) => frontPorts.has(asked) || asked === port(),
    finish: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
      }),
  }
}

/** Port 0 takes any free one. Rejects with `code: 'EADDRINUSE'` and the `port` that is taken. */
export function listen({server}: LoopbackListener, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, '127.0.0.1', () => {
      server.off('error', reject)
      resolve()
    })
  })
}

type Served = Pick<LoopbackListener, 'isServedPort'>

const PLAIN = /^(?:127\.0\.0\.1|localhost):(\d{1,5})$/
const LABELLED = /^[a-z0-9-]{1,63}\.localhost:(\d{1,5})$/

const isNamed = (pattern: RegExp, {isServedPort}: Served, host: string): boolean => {
  const port = pattern.exec(host)?.[1]
  return port !== undefined && isServedPort(Number(port))
}

/** `127.0.0.1`, `localhost` and any `<label>.localhost`, which only this machine's own names can be. */
export const isOwnName =
  (listener: Served): ServedHost =>
  (host) =>
    isNamed(PLAIN, listener, host) || isNamed(LABELLED, listener, host)
