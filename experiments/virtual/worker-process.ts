/** A process that plays groups of cells with virtual tabs, so that a run uses more than one core. Ends with its parent. */
import {runControlled} from '../../servers/controlled-process.ts'
import type {FaultCell} from './fault-cell.ts'
import {playGroup} from './play-group.ts'
import type {PlayedCell} from './play-fault-cell.ts'

export type WorkerOptions = {
  /** Of all cells; else of those that failed. */
  readonly keepsHistories: boolean
}

export type WorkerControl = {
  /** Without those that were stopped. */
  play(cells: readonly FaultCell[], stillForMs?: number): Promise<readonly PlayedCell[]>
  stop(): Promise<void>
}

runControlled({
  name: 'the virtual tabs',
  start: async ({keepsHistories}: WorkerOptions) => {
    const life = new AbortController()
    const isKept = ({violations, failure}: PlayedCell) =>
      keepsHistories || violations.length > 0 || failure !== null
    const control: WorkerControl = {
      async play(cells, stillForMs) {
        const patience = stillForMs === undefined ? {} : {stillForMs}
        const all = await playGroup({cells, signal: life.signal, ...patience})
        return all.map((played) => (isKept(played) ? played : {...played, history: ''}))
      },
      stop: async () => life.abort(),
    }
    return {control, close: async () => life.abort()}
  },
  told: () => ({}),
})
