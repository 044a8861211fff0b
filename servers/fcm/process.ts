/**
 * The push back end as a process of its own, so that it can really be killed, and so that neither the platforms nor the
 * measuring share its event loop. Ends with its parent. Rule FB7.
 */
import type {PushEvent} from '#protocol/push-event.ts'
import type {FcmProcessOptions, FromFcm, ToFcm} from './process-message.ts'
import type {FcmAddresses, FcmControl, RunningFcm} from './running-fcm.ts'
import {startFcm} from './start.ts'

let fcm: RunningFcm | null = null
let unsent: PushEvent[] = []

const tell = (message: FromFcm) => {
  if (process.connected) process.send?.(message)
}

/** Ledger lines leave in batches after the work of the moment. */
function record(event: PushEvent): void {
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

async function start({trust, ...options}: FcmProcessOptions): Promise<void> {
  try {
    const {control: _, close: __, ...addresses} = (fcm = await startFcm(options, record, trust))
    tell({say: 'started', addresses: addresses satisfies FcmAddresses})
  } catch (error) {
    tellFailure(null, error)
    process.disconnect?.()
  }
}

async function close(): Promise<void> {
  await fcm?.close()
  sendLedger()
  process.disconnect?.()
}

async function answer(id: number, call: keyof FcmControl, args: readonly unknown[]): Promise<void> {
  try {
    if (fcm === null) throw new TypeError('the push back end is not started')
    const method = fcm.control[call] as (...args: readonly unknown[]) => Promise<unknown>
    const value = await method.apply(fcm.control, args as unknown[])
    // Everything recorded up to the answer is told before it: a caller that has its answer has the ledger too.
    sendLedger()
    tell({say: 'answer', id, value})
  } catch (error) {
    tellFailure(id, error)
  }
}

process.on('message', (message: ToFcm) => {
  if (message.say === 'call') return void answer(message.id, message.call, message.args)
  if (message.say === 'close') return void close()
  void start(message.options)
})
// A terminal's Ctrl-C reaches the whole group: the parent decides when this process ends.
process.on('SIGINT', () => {})
process.once('SIGTERM', () => void close())
process.once('disconnect', () => void (fcm?.close() ?? Promise.resolve()).finally(() => process.exit(0)))
