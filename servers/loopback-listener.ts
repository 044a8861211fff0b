/** One HTTP server on 127.0.0.1: an origin of its own. */
import {createServer, type Server} from 'node:http'
import type {AddressInfo} from 'node:net'
import type {ServedHost} from './platforms/guard.ts'

export type LoopbackListener = {
  readonly server: Server
  /** 0 until it listens. */
  readonly port: () => number
  /** Takes no more connections; resolves when the last one has ended. */
  readonly finish: () => Promise<void>
}

export function createLoopbackListener(): LoopbackListener {
  const server = createServer()
  return {
    server,
    port: () => (server.address() as AddressInfo | null)?.port ?? 0,
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

export const hostsOf = (port: number): readonly string[] => [`127.0.0.1:${port}`, `localhost:${port}`]

const LABELLED = /^[a-z0-9-]{1,63}\.localhost:\d+$/

/** Also any `<label>.localhost`, which only this machine's own names can be. */
export const isOwnName =
  (port: () => number): ServedHost =>
  (host) =>
    hostsOf(port()).includes(host) || (LABELLED.test(host) && host.endsWith(`:${port()}`))
