/**
 * `npm run bench push-devices`: how many devices and messages the push back end carries. Virtual devices keep their links
 * over real TLS; messages come in as plain Web Push with VAPID; the back end is a process of its own, over a file. Bodies
 * only look encrypted and devices decrypt nothing: that is the browsers' work. One machine carries both sides.
 */
import {fork, type ChildProcess} from 'node:child_process'
import {randomBytes} from 'node:crypto'
import {once} from 'node:events'
import {mkdtempSync, readFileSync, rmSync} from 'node:fs'
import {Agent, request} from 'node:https'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {fileURLToPath} from 'node:url'
import {parseArgs} from 'node:util'
import webPush from 'web-push'
import {VirtualDevice, type BackEnd} from '../../servers/fcm/mcs/virtual-device.ts'
import type {FromFcm} from '../../servers/fcm/process-message.ts'
import {createTrust} from '../../servers/fcm/trust/trust.ts'
import {plainQuantile, sorted} from '../statistics/quantile.ts'

const PROGRAM = fileURLToPath(new URL('../../servers/fcm/process.ts', import.meta.url))
const ROUND_LIMIT_MS = 120_000
const SENDERS = 32
const CONNECTING = 25
const BODY_BYTES = 512

const {values} = parseArgs({
  options: {
    devices: {type: 'string', default: '1000'},
    messages: {type: 'string', default: '10000'},
    rounds: {type: 'string', default: '5'},
  },
})
const [devices = 0, messages = 0, rounds = 0] = [values.devices, values.messages, values.rounds].map(Number)
for (const [name, value] of Object.entries(values)) {
  if (/^[1-9]\d{0,5}$/.test(value)) continue
  console.error(`--${name} takes a number from 1 to 999999, not "${value}"`)
  process.exit(64)
}

type Crowd = {
  readonly devices: readonly {readonly device: VirtualDevice; readonly endpointToken: string}[]
  /** Resolves when so many have come, doubled ones included, or the time is over. */
  received(count: number): Promise<void>
  /** By the number in the body, how often it came. */
  readonly seen: Map<number, number>
  readonly misdelivered: () => number
}

async function inTurns<T>(
  items: readonly T[],
  width: number,
  work: (item: T) => Promise<void>,
): Promise<void> {
  const left = items.values()
  await Promise.all(
    Array.from({length: width}, async () => {
      for (const item of left) await work(item)
    }),
  )
}

async function gather(backEnd: BackEnd, vapidKey: string): Promise<Crowd> {
  const seen = new Map<number, number>()
  let total = 0
  let strayed = 0
  let waiting: {readonly count: number; readonly resolve: () => void} | null = null
  const all: {device: VirtualDevice; endpointToken: string}[] = []
  await inTurns([...Array(devices).keys()], CONNECTING, async (index) => {
    const device = await VirtualDevice.checkIn(backEnd, ({body}) => {
      const number = body?.readUInt32BE() ?? -1
      if (number % devices !== index) strayed++
      seen.set(number, (seen.get(number) ?? 0) + 1)
      if (++total >= (waiting?.count ?? Infinity)) waiting?.resolve()
    })
    const endpointToken = await device.register({origin: `http://device-${index}.localhost`, vapidKey})
    await device.connect()
    all[index] = {device, endpointToken}
  })
  return {
    devices: all,
    seen,
    misdelivered: () => strayed,
    async received(count) {
      const {promise, resolve} = Promise.withResolvers<void>()
      waiting = {count, resolve}
      if (total >= count) resolve()
      const limit = setTimeout(resolve, ROUND_LIMIT_MS)
      await promise
      clearTimeout(limit)
    },
  }
}

function push(backEnd: BackEnd, endpointToken: string, authorization: string, body: Buffer): Promise<void> {
  const headers = {
    authorization,
    host: 'fcm.googleapis.com',
    ttl: '3600',
    'content-encoding': 'aes128gcm',
    'content-length': body.length,
  }
  const {promise, resolve, reject} = Promise.withResolvers<void>()
  const sent = request(
    {
      ...backEnd.api,
      path: `/fcm/send/${endpointToken}`,
      method: 'POST',
      ca: backEnd.caPem,
      servername: 'fcm.googleapis.com',
      headers,
      ...(backEnd.agent && {agent: backEnd.agent}),
    },
    (response) => {
      response.resume()
      response.once('end', () => {
        if (response.statusCode === 201) resolve()
        else reject(new Error(`a push was answered with ${response.statusCode}`))
      })
    },
  )
  sent.once('error', reject)
  sent.end(body)
  return promise
}

/** What the process had resident at most, in MB; null where the system does not tell. */
function peakMemoryMb({pid}: ChildProcess): number | null {
  try {
    const [, kilobytes] = /^VmHWM:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? []
    return kilobytes === undefined ? null : Number(kilobytes) / 1_024
  } catch {
    return null
  }
}

const amount = (value: number): string => Math.round(value).toLocaleString('en')
const megabytes = (value: number | null): string => (value === null ? 'not told here' : `${amount(value)} MB`)

async function measure(child: ChildProcess, folder: string): Promise<boolean> {
  const trust = await createTrust()
  const ledger = new Map<string, number>()
  const started = Promise.withResolvers<Extract<FromFcm, {say: 'started'}>>()
  child.on('message', (message: FromFcm) => {
    if (message.say === 'started') started.resolve(message)
    if (message.say === 'failed') started.reject(new Error(message.message))
    if (message.say !== 'ledger') return
    for (const {kind} of message.events) ledger.set(kind, (ledger.get(kind) ?? 0) + 1)
  })
  child.once('exit', () => started.reject(new Error('the back end ended')))
  const store = join(folder, 'push.sqlite')
  const options = {port: 0, mcsPort: 0, store, projectId: 'bench', temporaryFolder: null, trust}
  child.send({say: 'start', options})
  const {api, mcs, caPem} = (await started.promise).addresses
  const agent = new Agent({keepAlive: true, maxSockets: SENDERS})
  const backEnd: BackEnd = {api, mcs, caPem, agent}
  const idleMb = peakMemoryMb(child)

  const {publicKey, privateKey} = webPush.generateVAPIDKeys()
  const audience = 'https://fcm.googleapis.com'
  const {Authorization: authorization} = webPush.getVapidHeaders(
    audience,
    'mailto:bench@localhost',
    publicKey,
    privateKey,
    'aes128gcm',
  )
  const beganAt = performance.now()
  const crowd = await gather(backEnd, publicKey)
  const connectedS = (performance.now() - beganAt) / 1_000
  console.log(
    `${amount(devices)} devices checked in, registered and logged in within ${connectedS.toFixed(1)} s`,
  )
  console.log(
    `memory of the back end: ${megabytes(idleMb)} idle, ${megabytes(peakMemoryMb(child))} with them connected`,
  )

  const perSecond: number[] = []
  for (let round = 1; round <= rounds; round++) {
    const first = (round - 1) * messages
    const numbers = Array.from({length: messages}, (_, index) => first + index)
    const startedAt = performance.now()
    await inTurns(numbers, SENDERS, async (number) => {
      const body = randomBytes(BODY_BYTES)
      body.writeUInt32BE(number)
      await push(backEnd, crowd.devices[number % devices]!.endpointToken, authorization, body)
    })
    await crowd.received(first + messages)
    const tookS = (performance.now() - startedAt) / 1_000
    perSecond.push(messages / tookS)
    console.log(
      `round ${round}: ${amount(messages)} messages in ${tookS.toFixed(2)} s, ${amount(messages / tookS)} a second`,
    )
  }

  const total = rounds * messages
  const lost = total - crowd.seen.size
  const doubled = [...crowd.seen.values()].filter((count) => count > 1).length
  const strayed = crowd.misdelivered()
  for (const {device} of crowd.devices) await device.disconnect()
  agent.destroy()
  console.log(
    `${amount(plainQuantile(sorted(perSecond), 0.5))} messages a second (median of ${rounds} rounds), ` +
      `from HTTPS request to device, ${SENDERS} senders`,
  )
  console.log(`peak memory of the back end: ${megabytes(peakMemoryMb(child))}`)
  console.log(`of ${amount(total)} messages ${lost} lost, ${doubled} doubled, ${strayed} at a wrong device`)
  const booked = ['push-accepted', 'push-stored', 'push-sent', 'push-acked', 'push-dropped']
  console.log(
    `ledger: ${booked.map((kind) => `${kind.slice(5)} ${amount(ledger.get(kind) ?? 0)}`).join(', ')}`,
  )
  return lost + doubled + strayed === 0
}

const folder = mkdtempSync(join(tmpdir(), 'push-devices-'))
process.once('exit', () => rmSync(folder, {recursive: true, force: true}))
process.once('SIGINT', () => process.exit(130))
const child = fork(PROGRAM, {
  serialization: 'advanced',
  execArgv: [],
  stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
})
const ended = once(child, 'exit')
try {
  process.exitCode = (await measure(child, folder)) ? 0 : 1
} finally {
  if (child.connected) child.send({say: 'close'})
  const stubborn = setTimeout(() => child.kill('SIGKILL'), 5_000)
  await ended
  clearTimeout(stubborn)
}
