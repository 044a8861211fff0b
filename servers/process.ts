/**
 * The servers as a process of their own, so that measuring and serving do not share an event loop, and so that the
 * server can really be killed. Ends with its parent. Knows nothing of experiments.
 */
import type {LedgerEvent} from '#protocol/ledger-event.ts'
import type {FromServer, PlatformAddress, ToServer} from './process-message.ts'
import {startServers, type RunningServers, type ServedPlatform, type ServerControl} from './start.ts'

let servers: RunningServers | null = null
let unsent: LedgerEvent[] = []

const tell = (message: FromServer) => {
  if (process.connected) process.send?.(message)
}

/** Ledger lines leave in batches after the work of the moment, never between an append and its socket. */
function record(event: LedgerEvent): void {
  if (unsent.length === 0) setImmediate(sendLedger)
  unsent.push(event)
}

function sendLedger(): void {
  if (unsent.length === 0) return
  const events = unsent
  unsent = []
  tell({say: 'ledger', events})
}

function tellFailure(id: number | null, error: unknown): void {
  const code = error instanceof Error && 'code' in error ? String(error.code) : null
  tell({say: 'failed', id, code, message: error instanceof Error ? error.message : String(error)})
}

const addressOf = ({baseUrl, origin}: ServedPlatform): PlatformAddress => ({baseUrl, origin})

async function close(): Promise<void> {
  await servers?.close()
  sendLedger()
  process.disconnect?.()
}

async function answer(id: number, call: keyof ServerControl, args: readonly unknown[]): Promise<void> {
  try {
    if (servers === null) throw new TypeError('the servers are not started')
    const method = servers.control[call] as (...args: readonly unknown[]) => Promise<unknown>
    const value = await method.apply(servers.control, args as unknown[])
    // Everything recorded up to the answer is told before it: a caller that has its answer has the ledger too.
    sendLedger()
    tell({say: 'answer', id, value})
  } catch (error) {
    tellFailure(id, error)
  }
}

process.on('message', (message: ToServer) => {
  if (message.say === 'call') {
    void answer(message.id, message.call, message.args)
    return
  }
  if (message.say === 'close') {
    void close()
    return
  }
  startServers(message.options, record).then(
    (started) => {
      servers = started
      tell({say: 'started', chatgpt: addressOf(started.chatgpt), claude: addressOf(started.claude)})
    },
    (error: unknown) => {
      tellFailure(null, error)
      process.disconnect?.()
    },
  )
})
// A terminal's Ctrl-C reaches the whole group: the parent decides when this process ends.
process.on('SIGINT', () => {})
process.once('SIGTERM', () => void close())
process.once('disconnect', () => void servers?.close().finally(() => process.exit(0)))
