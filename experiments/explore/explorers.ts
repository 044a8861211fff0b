/** The processes that explore: started, given batches, told to leave them, ended. */
import {fileURLToPath} from 'node:url'
import {startControlledProcess, type ControlledProcess} from '../runner/controlled-process.ts'
import type {BatchOrder, BatchOutcome} from './batch.ts'
import type {ExploreControl, ExploreNews} from './explore-process.ts'

const PROGRAM = fileURLToPath(new URL('explore-process.ts', import.meta.url))

export type Explorers = {
  /** In the process that has the fewest. `onPlayed` is called for every interleaving. */
  explore(order: BatchOrder, onPlayed: () => void, signal: AbortSignal): Promise<BatchOutcome>
  close(): Promise<void>
}

type Explorer = {readonly process: ControlledProcess<object, ExploreControl>; batches: number}

export async function startExplorers(count: number): Promise<Explorers> {
  const listeners = new Map<number, () => void>()
  const explorers = await Promise.all(
    Array.from({length: count}, async (): Promise<Explorer> => {
      const process = await startControlledProcess<object, ExploreControl, ExploreNews>({
        name: 'the exploration',
        file: PROGRAM,
        options: {},
        onEvents: (news) => news.forEach(({batch}) => listeners.get(batch)?.()),
      })
      return {process, batches: 0}
    }),
  )
  let numbers = 0
  return {
    async explore(order, onPlayed, signal) {
      const explorer = explorers.toSorted((a, b) => a.batches - b.batches)[0]
      if (explorer === undefined) throw new TypeError('there is no process to explore in')
      const number = (numbers += 1)
      const abandon = () => void explorer.process.control.abandon(number).catch(() => {})
      let played = 0
      listeners.set(number, () => {
        played += 1
        onPlayed()
      })
      explorer.batches += 1
      signal.addEventListener('abort', abandon)
      try {
        const outcome = explorer.process.control.explore(number, order)
        if (signal.aborted) abandon()
        return await outcome
      } catch (error) {
        // Who ends the whole group of processes ends this one, too, and has asked for no more.
        if (signal.aborted) return {played, orders: [], broken: {}, find: null}
        throw error
      } finally {
        signal.removeEventListener('abort', abandon)
        explorer.batches -= 1
        listeners.delete(number)
      }
    },
    async close() {
      await Promise.all(explorers.map(({process}) => process.close()))
    },
  }
}
