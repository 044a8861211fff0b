/**
 * A part of the imitation as a process of its own, so that it can really be killed and shares nobody's event loop: what it
 * and its parent say to each other over Node's IPC, and the part's own half of it. Both ends are ours: no decoding.
 */

export type ToProcess<Options> =
  | {readonly say: 'start'; readonly options: Options}
  | {readonly say: 'call'; readonly id: number; readonly call: string; readonly args: readonly unknown[]}
  | {readonly say: 'close'}

/** `failed` without an id: it could not start. */
export type FromProcess<Started, Booked> =
  | ({readonly say: 'started'} & Started)
  | {readonly say: 'ledger'; readonly events: readonly Booked[]}
  | {readonly say: 'answer'; readonly id: number; readonly value: unknown}
  | {
      readonly say: 'failed'
      readonly id: number | null
      readonly code: string | null
      readonly message: string
    }

type Running = {readonly control: object; close(): Promise<void>}

export type ControlledPart<Options, Started, Booked, Part extends Running> = {
  /** For messages: what is not started yet. */
  readonly name: string
  /** `flush`: tells at once what was recorded until now. */
  readonly start: (options: Options, record: (event: Booked) => void, flush: () => void) => Promise<Part>
  /** What the parent is told once it runs. */
  readonly told: (part: Part) => Started
}

/** Called once, by the program that is forked. Ends with its parent. */
export function runControlled<Options, Started extends object, Booked, Part extends Running>({
  name,
  start,
  told,
}: ControlledPart<Options, Started, Booked, Part>): void {
  let part: Part | null = null
  let unsent: Booked[] = []

  const tell = (message: FromProcess<Started, Booked>) => {
    // What the parent cannot be told any more, nobody misses: `disconnect` follows.
    if (process.connected) process.send?.(message, undefined, undefined, () => {})
  }

  /** Lines of the book leave in batches after the work of the moment, never between an append and its socket. */
  function record(event: Booked): void {
    if (unsent.length === 0) setImmediate(sendBook)
    unsent.push(event)
  }

  function sendBook(): void {
    if (unsent.length === 0) return
    const events = unsent
    unsent = []
    tell({say: 'ledger', events})
  }

  function tellFailure(id: number | null, error: unknown): void {
    const code = error instanceof Error && 'code' in error ? String(error.code) : null
    tell({say: 'failed', id, code, message: error instanceof Error ? error.message : String(error)})
  }

  async function begin(options: Options): Promise<void> {
    try {
      part = await start(options, record, sendBook)
      tell({say: 'started', ...told(part)})
    } catch (error) {
      tellFailure(null, error)
      process.disconnect?.()
    }
  }

  async function answer(id: number, call: string, args: readonly unknown[]): Promise<void> {
    try {
      if (part === null) throw new TypeError(`${name} is not started`)
      const method = Reflect.get(part.control, call) as (...args: readonly unknown[]) => Promise<unknown>
      const value = await method.apply(part.control, args as unknown[])
      // Everything recorded up to the answer is told before it: a caller that has its answer has the book too.
      sendBook()
      tell({say: 'answer', id, value})
    } catch (error) {
      tellFailure(id, error)
    }
  }

  async function close(): Promise<void> {
    await part?.close()
    sendBook()
    process.disconnect?.()
  }

  process.on('message', (message: ToProcess<Options>) => {
    if (message.say === 'call') return void answer(message.id, message.call, message.args)
    if (message.say === 'close') return void close()
    void begin(message.options)
  })
  // A terminal's Ctrl-C reaches the whole group: the parent decides when this process ends.
  process.on('SIGINT', () => {})
  process.once('SIGTERM', () => void close())
  process.once('disconnect', () => void (part?.close() ?? Promise.resolve()).finally(() => process.exit(0)))
}
