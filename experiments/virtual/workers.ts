/** The processes that play cells: started, given groups, ended. */
import {fileURLToPath} from 'node:url'
import {startControlledProcess, type ControlledProcess} from '../runner/controlled-process.ts'
import type {FaultCell} from './fault-cell.ts'
import type {PlayedCell} from './play-fault-cell.ts'
import type {WorkerControl, WorkerOptions} from './worker-process.ts'

const PROGRAM = fileURLToPath(new URL('worker-process.ts', import.meta.url))

export type Workers = {
  /** Plays a group in the process that has the fewest. `stillForMs`: see {@link WorkerControl}. */
  play(cells: readonly FaultCell[], stillForMs?: number): Promise<readonly PlayedCell[]>
  /** What is being played ends as soon as it can, unfinished. */
  stop(): void
  close(): Promise<void>
}

type Worker = {readonly process: ControlledProcess<object, WorkerControl>; groups: number}

export async function startWorkers(count: number, options: WorkerOptions): Promise<Workers> {
  const workers = await Promise.all(
    Array.from({length: count}, async (): Promise<Worker> => {
      const process = await startControlledProcess<object, WorkerControl, never>({
        name: 'the virtual tabs',
        file: PROGRAM,
        options,
        onEvents: () => {},
      })
      return {process, groups: 0}
    }),
  )
  return {
    async play(cells, stillForMs) {
      const worker = workers.toSorted((a, b) => a.groups - b.groups)[0]
      if (worker === undefined) throw new TypeError('there is no process to play cells in')
      worker.groups += 1
      try {
        return await worker.process.control.play(cells, stillForMs)
      } finally {
        worker.groups -= 1
      }
    },
    stop() {
      for (const {process} of workers) void process.control.stop().catch(() => {})
    },
    async close() {
      await Promise.all(workers.map(({process}) => process.close()))
    },
  }
}
