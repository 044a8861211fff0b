/**
 * One subscription to the log per topic, however many sockets follow it; every entry is read and written once.
 * Does not know sockets or sessions. Rule CE17.
 */
import type {StreamLog} from '../log/stream-log.ts'
import {readAnnounced, type Announced} from './announcement.ts'

type Listener = (announced: Announced) => void
type Followed = {readonly listeners: Set<Listener>; readonly unsubscribe: Promise<() => void>}

export type FanOut = {
  /** Listens at once; resolves when nothing appended from now on can be missed. */
  readonly follow: (key: string, listener: Listener) => Promise<void>
  readonly leave: (key: string, listener: Listener) => void
  readonly close: () => Promise<void>
}

export function createFanOut(log: StreamLog): FanOut {
  const followed = new Map<string, Followed>()

  function start(key: string): Followed {
    const listeners = new Set<Listener>()
    const unsubscribe = log.subscribe(key, (entry) => {
      const announced = readAnnounced(entry)
      for (const listener of listeners) listener(announced)
    })
    return {listeners, unsubscribe}
  }

  async function follow(key: string, listener: Listener): Promise<void> {
    const topic = followed.get(key) ?? start(key)
    followed.set(key, topic)
    topic.listeners.add(listener)
    try {
      await topic.unsubscribe
    } catch (error) {
      if (followed.get(key) === topic) followed.delete(key)
      throw error
    }
  }

  function leave(key: string, listener: Listener): void {
    const topic = followed.get(key)
    if (!topic?.listeners.delete(listener) || topic.listeners.size > 0) return
    followed.delete(key)
    topic.unsubscribe.then(
      (unsubscribe) => unsubscribe(),
      () => {},
    )
  }

  async function close(): Promise<void> {
    const topics = [...followed.values()]
    followed.clear()
    for (const {unsubscribe} of topics) (await unsubscribe)()
  }

  return {follow, leave, close}
}
