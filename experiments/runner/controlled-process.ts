/**
 * A part of the imitation in a process of its own: started over Node's IPC, called by the names of its control, its book
 * handed on as it is written. One client for all such processes; knows none of them.
 */
import {fork} from 'node:child_process'
import type {FromProcess, ToProcess} from '../../servers/controlled-process.ts'
import {deadline} from '../browser/deadline.ts'

const START_TIMEOUT_MS = 20_000
const STOP_TIMEOUT_MS = 5_000

export type ControlledProcess<Started, Control> = {
  readonly started: Started
  /** Every method is carried out in the process; rejects when it has ended. */
  readonly control: Control
  /** Resolves when it is gone, whoever ended it. */
  readonly ended: Promise<Ended>
  close(): Promise<void>
  /** SIGKILL; resolves when it is gone. */
  kill(): Promise<void>
}

/** How a process ended, as the system says: the signal that ended it, else its exit code. */
export type Ended = NodeJS.Signals | number

export type ControlledProgram<Booked> = {
  /** For messages: what is to start. */
  readonly name: string
  /** The path of the program that is forked. */
  readonly file: string
  readonly options: unknown
  readonly onEvents: (events: readonly Booked[]) => void
}

type Pending = {readonly resolve: (value: unknown) => void; readonly reject: (error: Error) => void}

/** Rejects with the process's own `code` (such as EADDRINUSE) when it could not start. */
export async function startControlledProcess<Started, Control extends object, Booked>({
  name,
  file,
  options,
  onEvents,
}: ControlledProgram<Booked>): Promise<ControlledProcess<Started, Control>> {
  const child = fork(file, {
    serialization: 'advanced',
    execArgv: [],
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  })
  // What could not be said to it any more, its end tells.
  child.on('error', () => {})
  const ended = new Promise<Ended>((resolve) => {
    child.once('exit', (code, signal) => resolve(signal ?? code ?? 0))
  })
  const pending = new Map<number, Pending>()
  const starting = Promise.withResolvers<Started>()
  const say = (message: ToProcess<unknown>) => {
    if (child.connected) child.send(message)
  }

  child.on('message', (message: FromProcess<Started, Booked>) => {
    switch (message.say) {
      case 'started':
        return starting.resolve(message)
      case 'ledger':
        return onEvents(message.events)
      case 'answer':
        pending.get(message.id)?.resolve(message.value)
        return void pending.delete(message.id)
      case 'failed': {
        const error = Object.assign(new Error(message.message), {code: message.code})
        if (message.id === null) return starting.reject(error)
        pending.get(message.id)?.reject(error)
        return void pending.delete(message.id)
      }
    }
  })
  void ended.then(() => {
    const error = new Error(`the process of ${name} ended`)
    starting.reject(error)
    for (const {reject} of pending.values()) reject(error)
    pending.clear()
  })
  const kill = async () => {
    child.kill('SIGKILL')
    await ended
  }

  say({say: 'start', options})
  const started = await deadline(starting.promise, START_TIMEOUT_MS, `${name} to start`).catch(
    async (error: unknown) => {
      await kill()
      throw error
    },
  )

  let calls = 0
  const call = (method: string, args: readonly unknown[]) => {
    const {promise, resolve, reject} = Promise.withResolvers<unknown>()
    const id = ++calls
    pending.set(id, {resolve, reject})
    if (child.connected) say({say: 'call', id, call: method, args})
    else reject(new Error(`the process of ${name} ended`))
    return promise
  }
  const control = new Proxy({} as Control, {
    get: (_, method) =>
      method === 'then' ? undefined : (...args: readonly unknown[]) => call(String(method), args),
  })

  return {
    started,
    control,
    ended,
    kill,
    async close() {
      say({say: 'close'})
      await deadline(ended, STOP_TIMEOUT_MS, `${name} to end`).then(() => undefined, kill)
    },
  }
}
