/** A process that explores: several batches beside each other on a stage of its own. Ends with its parent. Rule RP12. */
import {runControlled} from '../../servers/controlled-process.ts'
import {playBatch, type BatchOrder, type BatchOutcome} from './batch.ts'
import {startExploreStage} from './explore-stage.ts'

/** One more interleaving of the batch was played. */
export type ExploreNews = {readonly batch: number}

export type ExploreControl = {
  /** `batch` is a number of the caller's own. */
  explore(batch: number, order: BatchOrder): Promise<BatchOutcome>
  /** What it has found until then counts. */
  abandon(batch: number): Promise<void>
}

runControlled<object, object, ExploreNews, {control: ExploreControl; close(): Promise<void>}>({
  name: 'the exploration',
  start: async (_, record) => {
    const stage = await startExploreStage()
    const lives = new Map<number, AbortController>()
    const control: ExploreControl = {
      async explore(batch, order) {
        const life = new AbortController()
        lives.set(batch, life)
        try {
          return await playBatch(order, stage, () => record({batch}), life.signal)
        } finally {
          lives.delete(batch)
        }
      },
      abandon: async (batch) => lives.get(batch)?.abort(),
    }
    const close = async () => {
      for (const life of lives.values()) life.abort()
      await stage.close()
    }
    return {control, close}
  },
  told: () => ({}),
})
