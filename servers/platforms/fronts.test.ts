/** The platforms behind a proxy at another port of this machine: its names are theirs, once they are told. */
import {once} from 'node:events'
import {request} from 'node:http'
import {connect, createServer, type AddressInfo, type Server, type Socket} from 'node:net'
import {afterAll, beforeAll, expect, test} from 'vitest'
import {WebSocket} from 'ws'
import {defaultModelSettings} from '../model/model-settings.ts'
import {startServers, type RunningServers, type ServerOptions} from '../start.ts'
import {createCaller} from './chatgpt/caller.ts'

const options: ServerOptions = {
  port: 0,
  seed: 'fronts',
  store: null,
  pageFolder: null,
  carriage: 'content',
  model: {...defaultModelSettings, instant: true},
  userCount: 1,
}

const lines = new Set<Socket>()
const proxies: Server[] = []
let servers: RunningServers
beforeAll(async () => {
  servers = await startServers(options, () => {})
})
afterAll(async () => {
  for (const line of lines) line.destroy()
  for (const proxy of proxies) proxy.close()
  await servers.close()
})

/** Hands on bytes, as they are; the port of its own. */
async function openProxy(to: string): Promise<number> {
  const proxy = createServer((socket) => {
    const onward = connect(Number(new URL(to).port), '127.0.0.1')
    for (const line of [socket, onward]) lines.add(line.on('error', () => {}))
    socket.pipe(onward).pipe(socket)
  })
  proxies.push(proxy)
  proxy.listen(0, '127.0.0.1')
  await once(proxy, 'listening')
  return (proxy.address() as AddressInfo).port
}

const statusAt = async (port: number, host: string, path: string): Promise<number> => {
  const asked = request({host: '127.0.0.1', port, path, headers: {host, connection: 'close'}})
  asked.end()
  const [response] = (await once(asked, 'response')) as [{statusCode: number; resume(): void}]
  response.resume()
  return response.statusCode
}

test('[ER5] through a front pages, URLs and sockets work under its own name, and no other', async () => {
  const port = await openProxy(servers.chatgpt.baseUrl)
  const path = '/api/users'
  expect(await statusAt(port, `127.0.0.1:${port}`, path)).toBe(403)
  await servers.control.addFront(port)
  const hosts = [`127.0.0.1:${port}`, `localhost:${port}`, `a.localhost:${port}`, `evil.test:${port}`]
  expect(await Promise.all(hosts.map((host) => statusAt(port, host, path)))).toEqual([200, 200, 200, 403])

  const caller = createCaller(`http://127.0.0.1:${port}`, servers.chatgpt.users[0]!.bearer)
  const {websocket_url} = await caller.read<{websocket_url: string}>('/backend-api/celsius/ws/user')
  expect(new URL(websocket_url).host).toBe(`127.0.0.1:${port}`)
  const opens = (origin: string) =>
    new Promise((resolve) => {
      const socket = new WebSocket(websocket_url, {origin})
      socket.on('open', () => resolve(socket.close()))
      socket.on('error', ({message}) => resolve(message))
    })
  expect(await opens(`http://127.0.0.1:${port}`)).toBeUndefined()
  expect(await opens(`http://localhost:${port}`)).toBeUndefined()
  expect(await opens(`http://evil.test:${port}`)).toContain('403')
  expect(await opens(`https://127.0.0.1:${port}`)).toContain('403')
})

test('[CL54] on Claude.ai a front has labels, too; a server may know its fronts from the start', async () => {
  const port = await openProxy(servers.claude.baseUrl)
  await servers.control.addFront(port)
  const names = ['127.0.0.1', 'localhost', 'cell-7.localhost', 'evil.test']
  const asked = (at: number) => Promise.all(names.map((name) => statusAt(at, `${name}:${at}`, '/api/users')))
  expect(await asked(port)).toEqual([200, 200, 200, 403])

  const front = await openProxy(servers.claude.baseUrl)
  expect(await asked(front)).toEqual([403, 403, 403, 403])
  const knowing = await startServers({...options, fronts: [front]}, () => {})
  const own = Number(new URL(knowing.claude.baseUrl).port)
  expect(await statusAt(own, `cell-7.localhost:${front}`, '/api/users')).toBe(200)
  await knowing.close()
})

test('[ER5] a port that is none is refused', async () => {
  for (const port of [0, -1, 65_536, 1.5, NaN])
    await expect(servers.control.addFront(port)).rejects.toThrow('no such port')
})
