/**
 * The witness in a service worker: keeps what happened until a runner takes it, in IndexedDB too, because a worker ends
 * when it likes. Rules WI9–WI10.
 */
import type {ClockReading, Testimony} from '#protocol/testimony.ts'
import type {WitnessEvent} from '#protocol/witness-event.ts'
import {objectStore} from './object-store.ts'

/** What a runner calls in the worker: `self.tabwitness`. */
export type WorkerHandle = {
  /** JSON of the testimonies since the last call, one for each life of the worker; waits for one, `patienceMs` at most. */
  take(patienceMs?: number): Promise<string>
  clock(): ClockReading
}

export type WorkerWitness = {
  /** Resolves once the event would outlive the worker. */
  say(event: WitnessEvent): Promise<void>
  readonly handle: WorkerHandle
}

type Kept = {readonly timeOrigin: number; readonly event: WitnessEvent}

const PATIENCE_MS = 20_000
/** Where no runner listens (a person's browser) the oldest are dropped. */
const MAX_PENDING = 10_000

export function createWorkerWitness(): WorkerWitness {
  const {timeOrigin} = performance
  const store = objectStore('tabwitness-worker', 'events', {autoIncrement: true})
  let pending: Kept[] = []
  let wake = () => {}

  // What an earlier life left behind; this one's are kept in `pending` as well.
  const leftover = store
    .run<Kept[]>('readonly', (kept) => kept.getAll() as IDBRequest<Kept[]>)
    .then((all) => all.filter((kept) => kept.timeOrigin !== timeOrigin))
    .catch(() => [])
    .then((earlier) => {
      pending = [...earlier, ...pending]
    })

  async function takeAll(): Promise<Kept[]> {
    const taken = pending.splice(0)
    if (taken.length > 0) await store.run('readwrite', (kept) => kept.clear()).catch(() => {})
    return taken
  }

  return {
    async say(event) {
      const kept = {timeOrigin, event}
      pending.push(kept)
      if (pending.length > MAX_PENDING) pending.shift()
      wake()
      await store.run('readwrite', (events) => events.add(kept)).catch(() => {})
    },
    handle: {
      clock: () => ({timeOrigin, now: performance.now()}),
      async take(patienceMs = PATIENCE_MS) {
        await leftover
        if (pending.length === 0) {
          await new Promise<void>((resolve) => {
            const timer = setTimeout(resolve, patienceMs)
            wake = () => {
              clearTimeout(timer)
              resolve()
            }
          })
        }
        const lives = Map.groupBy(await takeAll(), (kept) => kept.timeOrigin)
        const testimonies: Testimony[] = [...lives].map(([origin, kept]) => ({
          timeOrigin: origin,
          events: kept.map(({event}) => event),
        }))
        return JSON.stringify(testimonies)
      },
    },
  }
}
