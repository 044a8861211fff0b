/**
 * The one TLS port of the API. HTTP/1.1 for whoever can; a client that offers nothing but HTTP/2, as the Admin SDK's
 * batch calls do, gets the lenient front. Rules FB6, FB70.
 */
import {createServer as createHttpServer, type RequestListener} from 'node:http'
import type {AddressInfo, Socket} from 'node:net'
import {createServer as createTlsServer} from 'node:tls'
import {serveHttp2} from '../admin/http2-front.ts'
import type {Trust} from '../trust/trust.ts'

export type ApiListener = {readonly port: number; close(): Promise<void>}

export type ListenerOptions = {
  /** 0 takes any free one. */
  readonly port: number
  readonly trust: Trust
  readonly handler: RequestListener
}

const HOST = '127.0.0.1'

/** Rejects with `code: 'EADDRINUSE'` when the port is taken. */
export async function listenToApi({port, trust, handler}: ListenerOptions): Promise<ApiListener> {
  const sockets = new Set<Socket>()
  const http = createHttpServer(handler)
  const tls = createTlsServer(
    {
      cert: trust.certPem,
      key: trust.keyPem,
      ALPNCallback: ({protocols}) => ['http/1.1', 'h2'].find((protocol) => protocols.includes(protocol)),
    },
    (socket) => {
      socket.setNoDelay(true)
      if (socket.alpnProtocol === 'h2') return serveHttp2(socket, http)
      http.emit('connection', socket)
    },
  )
  tls.on('connection', (socket: Socket) => {
    sockets.add(socket)
    socket.once('close', () => sockets.delete(socket))
  })
  // A client that does not trust us, or speaks no TLS: its own loss.
  tls.on('tlsClientError', () => {})

  await new Promise<void>((resolve, reject) => {
    tls.once('error', reject)
    tls.listen(port, HOST, () => {
      tls.off('error', reject)
      resolve()
    })
  })
  return {
    port: (tls.address() as AddressInfo).port,
    close: () =>
      new Promise((resolve) => {
        tls.close(() => resolve())
        for (const socket of sockets) socket.destroy()
      }),
  }
}
