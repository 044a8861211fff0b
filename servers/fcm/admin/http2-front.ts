/** Lets a socket that speaks HTTP/2 reach an HTTP/1.1 server of this process, by a pair of streams and no port. Rules FB70–FB72. */
import {request, type Server} from 'node:http'
import {duplexPair, type Duplex} from 'node:stream'
import {createHttp2Connection, type Http2Answer, type Http2Request} from './http2-connection.ts'

/** Of one connection, and none of HTTP/2's business. */
const HOP_BY_HOP = new Set([
  'connection',
  'keep-alive',
  'transfer-encoding',
  'upgrade',
  'proxy-connection',
  'te',
])

export function serveHttp2(socket: Duplex, server: Server): void {
  const connection = createHttp2Connection({
    write: (bytes) => {
      if (socket.writable) socket.write(bytes)
    },
    answer: (asked) => forward(asked, server),
  })
  socket.on('data', (chunk: Buffer) => {
    if (!connection.receive(chunk)) socket.end(() => socket.destroy())
  })
  socket.on('error', () => socket.destroy())
}

function forward({headers, body}: Http2Request, server: Server): Promise<Http2Answer> {
  const [ours, theirs] = duplexPair()
  server.emit('connection', theirs)
  const passed = [...headers].filter(([name]) => !name.startsWith(':') && !HOP_BY_HOP.has(name))
  return new Promise((resolve, reject) => {
    const sent = request({
      createConnection: () => ours,
      method: headers.get(':method') ?? 'GET',
      path: headers.get(':path') ?? '/',
      headers: {
        ...Object.fromEntries(passed),
        host: headers.get(':authority') ?? headers.get('host') ?? '',
        'content-length': body.length,
        connection: 'close',
      },
    })
    sent.once('error', reject)
    sent.once('response', (response) => {
      const chunks: Buffer[] = []
      response.on('data', (chunk: Buffer) => chunks.push(chunk))
      response.once('error', reject)
      response.once('end', () =>
        resolve({
          status: response.statusCode ?? 500,
          headers: Object.entries(response.headers).flatMap(([name, value]) =>
            HOP_BY_HOP.has(name) || value === undefined ? [] : [[name, String(value)] as const],
          ),
          body: Buffer.concat(chunks),
        }),
      )
    })
    sent.end(body)
  })
}
