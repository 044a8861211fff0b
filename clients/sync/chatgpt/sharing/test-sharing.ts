/** Locks, a bus and a server for tests: everything waits in queues until the test lets it happen. */
import type {CommandItem} from '#protocol/celsius-command.ts'
import type {ReceivedItem, ReceivedMessage} from '#protocol/celsius-frame.ts'
import {BEGINNING, compareOffsets} from '#protocol/offset.ts'
import type {Locks} from './sharing-parts.ts'

type Wish = {readonly tab: string; readonly hold: () => Promise<void>; readonly fail: () => void}

function createTestLock() {
  let holder: Wish | null = null
  let queue: Wish[] = []

  function grant(): void {
    const [wish, ...rest] = queue
    if (holder || !wish) return
    queue = rest
    holder = wish
    void wish.hold().then(() => free(wish))
  }

  function free(wish: Wish): void {
    if (holder !== wish) return
    holder = null
    grant()
  }

  return {
    holder: () => holder,
    wants(wish: Wish): void {
      queue.push(wish)
      grant()
    },
    steals(wish: Wish): void {
      holder?.fail()
      holder = null
      queue.unshift(wish)
      grant()
    },
    /** False when it is not waiting any more. */
    givesUp(wish: Wish): boolean {
      const isWaiting = queue.includes(wish)
      queue = queue.filter((other) => other !== wish)
      return isWaiting
    },
    crash(tab: string): void {
      queue = queue.filter((wish) => wish.tab !== tab)
      if (holder?.tab === tab) free(holder)
    },
  }
}

/** A browser's lock manager, with stealing, as Web Locks has it; `of` is one tab's view of it. */
export function createTestLocks() {
  const locks = new Map<string, ReturnType<typeof createTestLock>>()

  return {
    holder: (name: string) => locks.get(name)?.holder()?.tab ?? null,
    /** The browser gives back what a tab had that is no more. */
    crash: (tab: string) => locks.forEach((lock) => lock.crash(tab)),
    of: (tab: string): Locks => ({
      settle: async () => {},
      request: (name, {steal, signal}, run) =>
        new Promise((resolve, reject) => {
          const lock = locks.get(name) ?? createTestLock()
          locks.set(name, lock)
          const fail = () => reject(new DOMException('stolen or no longer wanted', 'AbortError'))
          const wish = {tab, fail, hold: () => run().then(resolve)}
          signal?.addEventListener('abort', () => lock.givesUp(wish) && fail())
          if (steal) lock.steals(wish)
          else lock.wants(wish)
        }),
    }),
  }
}

export type TestServer = ReturnType<typeof createTestServer>

/** A server with one log for each topic, of which it keeps the last `kept` messages. */
export function createTestServer(kept = 1_000) {
  const logs = new Map<string, ReceivedMessage[]>()
  const trimmed = new Map<string, string>()
  const listeners = new Set<(message: ReceivedMessage) => void>()
  let count = 0

  const logOf = (topic: string) => logs.get(topic) ?? []
  const headOf = (topic: string) => logOf(topic).at(-1)?.offset ?? trimmed.get(topic) ?? BEGINNING

  return {
    listen: (listener: (message: ReceivedMessage) => void) => void listeners.add(listener),
    log: (topic: string) => logOf(topic).flatMap(({offset}) => offset ?? []),
    announce(topic: string): ReceivedMessage {
      count += 1
      const payload = {type: 'unknown', name: 'test'} as const
      const message = {type: 'message', topic_id: topic, offset: `1-${count}`, payload} as const
      const log = [...logOf(topic), message]
      const dropped = log.splice(0, Math.max(0, log.length - kept)).at(-1)
      if (dropped?.offset) trimmed.set(topic, dropped.offset)
      logs.set(topic, log)
      for (const listener of listeners) listener(message)
      return message
    },
    /** What is answered at once, for a socket that follows `followed`. */
    answer({id, command}: CommandItem, followed: Set<string>): ReceivedItem {
      if (command.type === 'unsubscribe') followed.delete(command.topic_id)
      if (command.type !== 'subscribe') return {type: 'reply', id, reply: {type: 'presence'}}
      const {topic_id, offset} = command
      followed.add(topic_id)
      const base = {type: 'subscribe', topic_id, epoch: 'e'} as const
      const from = trimmed.get(topic_id)
      const isLost = offset === undefined || (from !== undefined && compareOffsets(offset, from) < 0)
      if (isLost)
        return {
          type: 'reply',
          id,
          reply: {...base, recovered: false, last_offset: headOf(topic_id), catchups: []},
        }
      const catchups = logOf(topic_id).filter((message) => compareOffsets(message.offset ?? '0', offset) > 0)
      const last_offset = catchups.at(-1)?.offset ?? offset
      return {type: 'reply', id, reply: {...base, recovered: true, last_offset, catchups}}
    },
  }
}
