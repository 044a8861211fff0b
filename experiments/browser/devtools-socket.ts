/** A DevTools connection of our own to one target, for targets that Playwright gives no session of: service workers. */
import {once} from 'node:events'
import {WebSocket} from 'ws'
import {deadline} from './deadline.ts'

const TIMEOUT_MS = 5_000

type Pending = {readonly resolve: (value: unknown) => void; readonly reject: (error: Error) => void}
type Answer = {readonly id?: number; readonly result?: unknown; readonly error?: {readonly message: string}}

export class DevtoolsSocket {
  readonly #socket: WebSocket
  readonly #pending = new Map<number, Pending>()
  #lastId = 0

  private constructor(socket: WebSocket) {
    this.#socket = socket
    socket.on('message', (data: Buffer) => this.#take(JSON.parse(data.toString('utf8')) as Answer))
    socket.on('close', () => {
      for (const {reject} of this.#pending.values()) reject(new Error('the target is gone'))
      this.#pending.clear()
    })
    socket.on('error', () => socket.terminate())
  }

  static async open(url: string): Promise<DevtoolsSocket> {
    const socket = new WebSocket(url, {perMessageDeflate: false})
    await deadline(once(socket, 'open'), TIMEOUT_MS, 'the DevTools connection to open')
    return new DevtoolsSocket(socket)
  }

  /** The value of an expression in the target, awaited. */
  async evaluate(expression: string): Promise<unknown> {
    const answer = (await this.send('Runtime.evaluate', {
      expression,
      awaitPromise: true,
      returnByValue: true,
    })) as {result: {value?: unknown}; exceptionDetails?: {text: string; exception?: {description?: string}}}
    const wrong = answer.exceptionDetails
    if (wrong) throw new Error(`in the worker: ${wrong.exception?.description ?? wrong.text}`)
    return answer.result.value
  }

  async send(method: string, params: object = {}): Promise<unknown> {
    const {promise, resolve, reject} = Promise.withResolvers<unknown>()
    const id = ++this.#lastId
    this.#pending.set(id, {resolve, reject})
    if (this.#socket.readyState === WebSocket.OPEN) this.#socket.send(JSON.stringify({id, method, params}))
    else reject(new Error('the target is gone'))
    return deadline(promise, TIMEOUT_MS, method)
  }

  close(): void {
    this.#socket.close()
  }

  #take({id, result, error}: Answer): void {
    if (id === undefined) return
    const pending = this.#pending.get(id)
    this.#pending.delete(id)
    if (error) pending?.reject(new Error(error.message))
    else pending?.resolve(result)
  }
}
