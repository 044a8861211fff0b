/** For tests: a server with answers, an answer stream, uploads and sockets, and tabs that share one pool of connections. */
import {createHash} from 'node:crypto'
import {once} from 'node:events'
import {Agent, createServer, request, type IncomingMessage, type ServerResponse} from 'node:http'
import type {AddressInfo} from 'node:net'
import {onTestFinished} from 'vitest'
import {WebSocket, WebSocketServer} from 'ws'
import {openTestProxy, type TestProxyOptions} from './test-line.ts'

export type Answer = {
  readonly status: () => number | null
  readonly text: () => string
  /** `end`, or what broke the answer or kept it from coming. */
  readonly over: () => string | null
}

export type Talk = {
  readonly socket: WebSocket
  readonly messages: readonly string[]
  readonly closedWith: () => number | null
}

export function listenTo(socket: WebSocket): Talk {
  const messages: string[] = []
  let code: number | null = null
  socket.on('message', (data: Buffer) => messages.push(data.toString()))
  socket.on('close', (closed) => (code = closed))
  socket.on('error', () => {})
  return {socket, messages, closedWith: () => code}
}

export async function openTestSite(options?: TestProxyOptions) {
  const streams = new Map<string, ServerResponse>()
  const requests: string[] = []
  const serverTalks = new Map<string, Talk>()
  const server = createServer((req, res) => {
    const tab = String(req.headers['x-tabwitness-tab'])
    requests.push(`${tab} ${req.method} ${req.url}`)
    if (req.url === '/stream') {
      res.writeHead(200, {'content-type': 'text/event-stream'}).flushHeaders()
      streams.set(tab, res)
    } else if (req.method === 'POST') void digest(req, res)
    else res.end(`hello ${tab}`)
  })
  const sockets = new WebSocketServer({server})
  sockets.on('connection', (socket, req) => {
    const tab = new URL(req.url ?? '', 'http://x').searchParams.get('tab') ?? ''
    serverTalks.set(tab, listenTo(socket))
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const {port} = server.address() as AddressInfo
  onTestFinished(async () => {
    for (const socket of sockets.clients) socket.terminate()
    server.closeAllConnections()
    await new Promise((resolve) => server.close(resolve))
  })
  const made = await openTestProxy(port, null, options)

  /** One connection for all: what one tab's exchange leaves idle the next tab's takes. */
  const pool = new Agent({keepAlive: true, maxSockets: 1})
  onTestFinished(() => pool.destroy())

  function ask(
    tab: string,
    path: string,
    {body, agent = pool}: {body?: Buffer; agent?: Agent | false} = {},
  ): Answer {
    const chunks: Buffer[] = []
    let [status, over]: [number | null, string | null] = [null, null]
    const broke = (error: Error) => (over ??= 'code' in error ? String(error.code) : error.message)
    const asked = request(`${made.proxy.origin}${path}`, {
      agent,
      method: body ? 'POST' : 'GET',
      headers: {'x-tabwitness-tab': tab},
    })
    onTestFinished(() => void asked.destroy())
    asked.on('error', broke)
    asked.on('response', (res) => {
      status = res.statusCode ?? null
      res.on('data', (chunk: Buffer) => chunks.push(chunk))
      res.on('error', broke)
      res.on('end', () => (over ??= 'end'))
    })
    asked.end(body)
    return {status: () => status, text: () => Buffer.concat(chunks).toString(), over: () => over}
  }

  function talk(tab: string): Talk {
    const socket = new WebSocket(`${made.proxy.origin.replace('http', 'ws')}/socket?verify=1&tab=${tab}`)
    onTestFinished(() => socket.terminate())
    return listenTo(socket)
  }

  return {...made, server, requests, streams, serverTalks, ask, talk}
}

async function digest(req: IncomingMessage, res: ServerResponse): Promise<void> {
  const hash = createHash('sha256')
  for await (const chunk of req) hash.update(chunk as Buffer)
  res.end(hash.digest('hex'))
}
