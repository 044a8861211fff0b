/** For tests: the servers as the process that a runner starts, which can really be killed. */
import {fork} from 'node:child_process'
import {once} from 'node:events'
import {fileURLToPath} from 'node:url'
import type {LedgerEvent} from '#protocol/ledger-event.ts'
import type {FromProcess} from './controlled-process.ts'
import type {PlatformAddresses} from './process-message.ts'
import type {ServerControl, ServerOptions} from './start.ts'

const PROGRAM = fileURLToPath(new URL('process.ts', import.meta.url))

export type ServersProcess = PlatformAddresses & {
  readonly ledger: readonly LedgerEvent[]
  readonly call: <M extends keyof ServerControl>(
    method: M,
    ...args: Parameters<ServerControl[M]>
  ) => ReturnType<ServerControl[M]>
  /** Resolves when the process is gone. */
  readonly kill: () => Promise<void>
}

export async function startServersProcess(options: ServerOptions): Promise<ServersProcess> {
  const child = fork(PROGRAM, [], {execArgv: [], serialization: 'advanced'})
  const ledger: LedgerEvent[] = []
  const answers = new Map<number, (value: unknown) => void>()
  const {promise: started, resolve, reject} = Promise.withResolvers<PlatformAddresses>()
  let calls = 0
  child.on('message', (message: FromProcess<PlatformAddresses, LedgerEvent>) => {
    if (message.say === 'started') resolve(message)
    if (message.say === 'ledger') ledger.push(...message.events)
    if (message.say === 'answer') answers.get(message.id)?.(message.value)
    if (message.say === 'failed') reject(new Error(message.message))
  })
  // What is said to a process that was killed meanwhile is lost.
  child.on('error', () => {})
  child.send({say: 'start', options})
  const {chatgpt, claude} = await started
  return {
    chatgpt,
    claude,
    ledger,
    call(method, ...args) {
      const {promise, resolve: answered} = Promise.withResolvers<unknown>()
      answers.set(++calls, answered)
      child.send({say: 'call', id: calls, call: method, args})
      return promise as ReturnType<ServerControl[typeof method]>
    },
    async kill() {
      const gone = once(child, 'exit')
      child.kill('SIGKILL')
      await gone
    },
  }
}
