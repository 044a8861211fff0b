/** The servers of a run, in a process of their own. Ledger events are handed to the cell of their user. */
import {fork, type ChildProcess} from 'node:child_process'
import {fileURLToPath} from 'node:url'
import type {LedgerEvent} from '#protocol/ledger-event.ts'
import type {ControlCall, FromServer, ToServer} from '../../servers/process-message.ts'
import type {ServerControl, ServerOptions} from '../../servers/start.ts'
import {deadline} from '../browser/deadline.ts'

const PROGRAM = fileURLToPath(new URL('../../servers/process.ts', import.meta.url))
const START_TIMEOUT_MS = 20_000
const STOP_TIMEOUT_MS = 5_000

export type ServerProcess = {
  readonly baseUrl: string
  readonly control: ServerControl
  /** Calls `listener` for every ledger event that concerns the user. Returns the unsubscribe function. */
  onLedger(userId: string, listener: (event: LedgerEvent) => void): () => void
  close(): Promise<void>
}

type Pending = {readonly resolve: (value: unknown) => void; readonly reject: (error: Error) => void}

export async function startServerProcess(options: ServerOptions): Promise<ServerProcess> {
  const child = fork(PROGRAM, {
    serialization: 'advanced',
    execArgv: [],
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  })
  const ended = new Promise<void>((resolve) => {
    child.once('exit', () => resolve())
  })
  const listeners = new Map<string, (event: LedgerEvent) => void>()
  const pending = new Map<number, Pending>()
  const started = Promise.withResolvers<{baseUrl: string}>()

  child.on('message', (message: FromServer) => {
    switch (message.say) {
      case 'started':
        return started.resolve(message)
      case 'ledger':
        for (const event of message.events) if ('userId' in event) listeners.get(event.userId)?.(event)
        return
      case 'answer':
        pending.get(message.id)?.resolve(message.value)
        return void pending.delete(message.id)
      case 'failed': {
        const error = Object.assign(new Error(message.message), {code: message.code})
        if (message.id === null) return started.reject(error)
        pending.get(message.id)?.reject(error)
        return void pending.delete(message.id)
      }
    }
  })
  void ended.then(() => {
    const error = new Error('the server process ended')
    started.reject(error)
    for (const {reject} of pending.values()) reject(error)
    pending.clear()
  })

  say(child, {say: 'start', options})
  const {baseUrl} = await deadline(started.promise, START_TIMEOUT_MS, 'the servers to start').catch(
    (error: unknown) => {
      child.kill('SIGKILL')
      throw error
    },
  )

  let calls = 0
  const call = (name: ControlCall, args: readonly unknown[]) => {
    const {promise, resolve, reject} = Promise.withResolvers<unknown>()
    const id = ++calls
    pending.set(id, {resolve, reject})
    say(child, {say: 'call', id, call: name, args})
    return promise
  }

  return {
    baseUrl,
    control: remoteControl(call),
    onLedger(userId, listener) {
      listeners.set(userId, listener)
      return () => void listeners.delete(userId)
    },
    async close() {
      say(child, {say: 'close'})
      await deadline(ended, STOP_TIMEOUT_MS, 'the servers to end').catch(() => child.kill('SIGKILL'))
    },
  }
}

/** Every method of {@link ServerControl}, carried out in the server process. */
function remoteControl(
  call: (name: ControlCall, args: readonly unknown[]) => Promise<unknown>,
): ServerControl {
  return new Proxy({} as ServerControl, {
    get: (_, name) =>
      name === 'then' ? undefined : (...args: readonly unknown[]) => call(name as ControlCall, args),
  })
}

function say(child: ChildProcess, message: ToServer): void {
  if (child.connected) child.send(message)
}
