/** `tabwitness replay`: one cell again, from its record alone. */
import {availableParallelism} from 'node:os'
import {Option, type Command} from 'commander'
import {wholeNumber} from './accepted.ts'
import {examples, type Surface} from './command-line.ts'
import {resultsOption} from './results-folder.ts'

/** As many cells of correctness as a run plays beside each other. */
export const DEFAULT_PARALLEL = Math.min(4, availableParallelism() * 2)
const MOST_TIMES = 1_000

export type ReplayFlags = {
  run?: string
  times: number
  out: string
  browserPath?: string
  parallel: number
  json?: true
  quiet?: true
}

export function addReplayCommand(program: Command, surface: Surface): void {
  program
    .command('replay')
    .description('play one cell again from its record alone, and compare what it showed then and now')
    .argument('<cell>', 'the id of a cell (its beginning will do), or the path of a history')
    .option('--run <run>', 'the run that has the cell (default: the newest that has one)')
    .option(
      '--times <n>',
      'how often',
      (value) => wholeNumber('--times', value, {from: 1, to: MOST_TIMES}),
      1,
    )
    .addOption(resultsOption())
    .option(
      '--browser-path <file>',
      'the Chrome or Chromium to use (default: TABWITNESS_BROWSER, else an installed one)',
    )
    .option(
      '--parallel <n>',
      'how many run at a time, where cells may run beside others',
      (value) => wholeNumber('--parallel', value, {from: 1, to: 16}),
      DEFAULT_PARALLEL,
    )
    .option('--json', 'progress and outcome as JSON, one object a line')
    .addOption(new Option('--quiet', 'only the outcome').conflicts('json'))
    .addHelpText(
      'after',
      examples([
        ['replay 3f9ac1', 'the cell whose id begins so, of the newest run that has one'],
        ['replay 3f9ac1 --run reference --times 20', 'does it show the same every time?'],
        [
          'replay results/<run>/cells/<cell>.jsonl',
          'a history, wherever it is; also one with steps of its own',
        ],
      ]),
    )
    .action(async (cell: string, flags: ReplayFlags) => {
      const {playReplay} = await import('./play-replay.ts')
      await playReplay(cell, flags, surface)
    })
}
