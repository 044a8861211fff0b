/** `tabwitness shrink`: the smallest cell that still shows what a recorded one shows. */
import {Option, type Command} from 'commander'
import {wholeNumber} from './accepted.ts'
import {examples, type Surface} from './command-line.ts'
import {DEFAULT_PARALLEL} from './replay-command.ts'
import {resultsOption} from './results-folder.ts'

const DEFAULT_ROUNDS = 200
const DEFAULT_BUDGET_S = 300

export type ShrinkFlags = {
  run?: string
  of?: string
  rounds: number
  budgetS: number
  out: string
  browserPath?: string
  parallel: number
  json?: true
  quiet?: true
}

export function addShrinkCommand(program: Command, surface: Surface): void {
  program
    .command('shrink')
    .description('make a cell that shows something wrong as small as it can be and still show the same')
    .argument('<cell>', 'the id of a cell (its beginning will do), or the path of a history')
    .option('--run <run>', 'the run that has the cell (default: the newest that has one)')
    .option(
      '--of <name>',
      'what it has to show: a hazard, a guarantee or a finding (default: the first it shows)',
    )
    .option(
      '--rounds <n>',
      'how many rounds of trying at most',
      (value) => wholeNumber('--rounds', value, {from: 1, to: 10_000}),
      DEFAULT_ROUNDS,
    )
    .option(
      '--budget-s <n>',
      'how many seconds of trying at most',
      (value) => wholeNumber('--budget-s', value, {from: 1, to: 86_400}),
      DEFAULT_BUDGET_S,
    )
    .addOption(resultsOption())
    .option(
      '--browser-path <file>',
      'the Chrome or Chromium to use (default: TABWITNESS_BROWSER, else an installed one)',
    )
    .option(
      '--parallel <n>',
      'how many are tried at a time, where cells may run beside others',
      (value) => wholeNumber('--parallel', value, {from: 1, to: 16}),
      DEFAULT_PARALLEL,
    )
    .option('--json', 'progress and outcome as JSON, one object a line')
    .addOption(new Option('--quiet', 'only the outcome').conflicts('json'))
    .addHelpText(
      'after',
      examples([
        ['shrink 3f9ac1', 'the least that still shows the hazard, or the weakest guarantee that was broken'],
        ['shrink 3f9ac1 --of noSilentFork --budget-s 60', 'that guarantee, and a minute at most'],
        ['shrink results/<run>/cells/<cell>.jsonl', 'a history, wherever it is'],
      ]),
    )
    .action(async (cell: string, flags: ShrinkFlags) => {
      const {playShrink} = await import('./play-shrink.ts')
      await playShrink(cell, flags, surface)
    })
}
