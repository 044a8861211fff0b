/**
 * What the idle fault proxy costs: round trips through it against round trips on a direct link, interleaved in one run,
 * with client, proxy and server in a process each. `npm run bench fault-proxy`.
 */
import {fork, type ChildProcess} from 'node:child_process'
import {once} from 'node:events'
import {Agent, createServer, request} from 'node:http'
import type {AddressInfo} from 'node:net'
import {fileURLToPath} from 'node:url'
import {WebSocket, WebSocketServer} from 'ws'
import {createFaultBoard} from '../faults/fault-board.ts'
import {openFaultProxy} from '../faults/fault-proxy.ts'
import {compare} from '../statistics/compare.ts'
import {quantile} from '../statistics/quantile.ts'

const TARGET_MS = 0.2
const WARM_UP = 500
const ROUNDS = 4_000
const BODY = 'x'.repeat(200)

const LINKS = ['direct', 'through the idle proxy', 'while another tab is in a blackhole'] as const
type Link = (typeof LINKS)[number]
type RoundTrip = () => Promise<void>

const [role, serverPort] = process.argv.slice(2)
if (role !== undefined) process.once('disconnect', () => process.exit())
if (role === 'server') await serve()
else if (role === 'proxy') await proxy(Number(serverPort))
else await measure()

async function serve(): Promise<void> {
  const server = createServer((_, res) => res.end(BODY))
  new WebSocketServer({server}).on('connection', (socket) => {
    socket.on('message', (data) => socket.send(data))
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  process.send?.({port: (server.address() as AddressInfo).port})
}

async function proxy(target: number): Promise<void> {
  const board = createFaultBoard({seed: 'bench', record: () => {}})
  const {port} = await openFaultProxy({serverPort: target, board, owner: null})
  if (process.argv[4] === 'blackhole') board.begin({name: 'blackhole'}, {owner: 'B', on: 'everything'})
  process.send?.({port})
}

async function measure(): Promise<void> {
  const children: ChildProcess[] = []
  const start = async (...args: string[]) => {
    const child = fork(fileURLToPath(import.meta.url), args)
    children.push(child)
    const [{port}] = (await once(child, 'message')) as [{port: number}]
    return port
  }
  try {
    const direct = await start('server')
    const [idle, struck] = [
      await start('proxy', String(direct)),
      await start('proxy', String(direct), 'blackhole'),
    ]
    const ports = {[LINKS[0]]: direct, [LINKS[1]]: idle, [LINKS[2]]: struck}
    await report('a message over a WebSocket and back (200 bytes)', ports, openSocket)
    await report('an exchange on a kept connection (200 bytes)', ports, openExchanges)
  } finally {
    for (const child of children) child.kill()
  }
}

async function report(
  what: string,
  ports: Readonly<Record<Link, number>>,
  open: (port: number) => Promise<{roundTrip: RoundTrip; close(): void}>,
): Promise<void> {
  const opened = await Promise.all(
    LINKS.map(async (link) => ({link, ...(await open(ports[link])), ms: [] as number[]})),
  )
  for (let round = -WARM_UP; round < ROUNDS; round++) {
    // The order turns, so that no link always follows the same other one.
    for (let turn = 0; turn < opened.length; turn++) {
      const arm = opened[(turn + Math.abs(round)) % opened.length]
      if (!arm) continue
      const begun = performance.now()
      await arm.roundTrip()
      if (round >= 0) arm.ms.push(performance.now() - begun)
    }
  }
  for (const {close} of opened) close()

  console.log(`\n${what}, ${ROUNDS} round trips a link, in ms:`)
  const direct = opened[0]?.ms ?? []
  for (const {link, ms} of opened) {
    const [p50, p99] = [quantile(ms, 0.5), quantile(ms, 0.99)]
    if (!p50 || !p99) continue
    console.log(
      `  ${link}: p50 ${inMs(p50.value)} [${inMs(p50.interval.lower)}–${inMs(p50.interval.upper)}], p99 ${inMs(p99.value)}`,
    )
    const added = compare(ms, direct)
    if (ms === direct || !added) continue
    const ratio = p50.value / (quantile(direct, 0.5)?.value ?? Number.NaN)
    const verdict = added.interval.upper < TARGET_MS ? 'met' : 'MISSED'
    console.log(
      `    adds ${inMs(added.difference)} [${inMs(added.interval.lower)}–${inMs(added.interval.upper)}] at p50, ` +
        `${ratio.toFixed(2)} times the direct link; target < ${TARGET_MS} ms: ${verdict}`,
    )
  }
}

function inMs(value: number): string {
  return value.toFixed(3)
}

async function openSocket(port: number) {
  const socket = new WebSocket(`ws://127.0.0.1:${port}/?tab=A`)
  await once(socket, 'open')
  const roundTrip = async () => {
    const answered = once(socket, 'message')
    socket.send(BODY)
    await answered
  }
  return {roundTrip, close: () => socket.terminate()}
}

async function openExchanges(port: number) {
  const agent = new Agent({keepAlive: true, maxSockets: 1})
  const roundTrip = () =>
    new Promise<void>((resolve, reject) => {
      const asked = request({agent, port, host: '127.0.0.1', headers: {'x-tabwitness-tab': 'A'}}, (res) => {
        res.resume().on('end', resolve)
      })
      asked.on('error', reject).end()
    })
  await roundTrip()
  return {roundTrip, close: () => agent.destroy()}
}
