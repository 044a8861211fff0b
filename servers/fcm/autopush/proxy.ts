/**
 * What keeps a Firefox hermetic: a CONNECT proxy that leads the hosts of the push services to this machine and refuses
 * every other. It passes bytes on, reads none of them and writes nothing down. Rule AP14.
 */
import {once} from 'node:events'
import {createServer} from 'node:http'
import {connect, type AddressInfo, type Socket} from 'node:net'
import type {Duplex} from 'node:stream'

export type ProxyRoute = {
  /** Full names, or `*.` and a domain for all names below it. */
  readonly hosts: readonly string[]
  readonly to: {readonly host: string; readonly port: number}
}

export type ProxyOptions = {
  /** A loopback address: nothing here asks who is calling. */
  readonly host: string
  /** 0 takes any free one. */
  readonly port: number
  readonly routes: readonly ProxyRoute[]
}

export type RunningProxy = {readonly host: string; readonly port: number; close(): Promise<void>}

/** The hosts that the `firebase` web SDK and Firefox's own push client talk to. */
export const PUSH_SERVICE_HOSTS: readonly string[] = ['*.googleapis.com', 'updates.push.services.mozilla.com']

export async function startProxy({host, port, routes}: ProxyOptions): Promise<RunningProxy> {
  const open = new Set<Duplex>()
  const keep = <T extends Duplex>(stream: T): T => {
    open.add(stream)
    stream.once('close', () => open.delete(stream))
    return stream
  }

  function tunnel(target: string, client: Duplex, head: Buffer): void {
    const to = destination(target, routes)
    client.on('error', () => client.destroy())
    if (to === null) {
      client.end('HTTP/1.1 403 Forbidden\r\ncontent-length: 0\r\n\r\n', () => client.destroy())
      return
    }
    const upstream: Socket = keep(connect({...to, noDelay: true}))
    keep(client)
    upstream.once('connect', () => {
      client.write('HTTP/1.1 200 OK\r\n\r\n')
      upstream.write(head)
      client.pipe(upstream).pipe(client)
    })
    upstream.on('error', () => client.destroy())
    client.once('close', () => upstream.destroy())
    upstream.once('close', () => client.destroy())
  }

  // Plain requests, to whatever host: a hermetic browser has no business there.
  const http = createServer((_req, res) => res.writeHead(403, {connection: 'close'}).end())
  http.on('connect', (req, client, head) => tunnel(req.url ?? '', client, head))
  http.listen(port, host)
  await once(http, 'listening')

  return {
    host,
    port: (http.address() as AddressInfo).port,
    async close() {
      const closed = once(http, 'close')
      http.close()
      http.closeAllConnections()
      for (const stream of open) stream.destroy()
      await closed
    },
  }
}

/** Where a CONNECT target leads; null where it is refused. Only HTTPS ports are led on. */
export function destination(target: string, routes: readonly ProxyRoute[]): ProxyRoute['to'] | null {
  const name = /^([a-z0-9.-]+):443$/i.exec(target)?.[1]?.toLowerCase()
  if (name === undefined) return null
  const isMeant = (host: string) => (host.startsWith('*.') ? name.endsWith(host.slice(1)) : name === host)
  return routes.find(({hosts}) => hosts.some(isMeant))?.to ?? null
}
