/** In which order cells are played, and how many at a time: latency cells alone, correctness cells beside each other. */
import type {Experiment} from '../scenario/experiment.ts'
import type {PlannedCell} from './plan.ts'

type Group = {readonly runs: Experiment['runs']; readonly group: PlannedCell[]}

/** In the order given. Those that need not be alone follow without a gap. None begins once the signal aborts. */
export async function inLanes(
  cells: readonly PlannedCell[],
  parallel: number,
  signal: AbortSignal,
  play: (cell: PlannedCell) => Promise<void>,
): Promise<void> {
  for (const {runs, group} of groupsOf(cells)) {
    const rest = [...group]
    const lane = async () => {
      for (let cell = rest.shift(); cell !== undefined && !signal.aborted; cell = rest.shift())
        await play(cell)
    }
    await Promise.all(Array.from({length: runs === 'alone' ? 1 : parallel}, lane))
  }
}

function groupsOf(cells: readonly PlannedCell[]): readonly Group[] {
  const groups: Group[] = []
  for (const cell of cells) {
    const {runs} = cell.experiment
    const last = groups.at(-1)
    if (last?.runs === runs) last.group.push(cell)
    else groups.push({runs, group: [cell]})
  }
  return groups
}
