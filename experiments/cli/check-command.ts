/** `tabwitness check` and `report`: judge a recorded run again; nothing recorded is changed. */
import type {Command} from 'commander'
import {predictionOf} from '../scenarios/registry.ts'
import {examples, type Surface} from './command-line.ts'
import {resultsFolder, resultsOption, runByName} from './results-folder.ts'

type Flags = {out: string}

export function addCheckCommand(program: Command, surface: Surface): void {
  program
    .command('check')
    .description(
      'judge a recorded run again and write its summary and report anew; histories stay as they are',
    )
    .argument('<run>', 'the id of a run, or its folder')
    .addOption(resultsOption())
    .addHelpText(
      'after',
      examples([
        ['check results/reference/<run>', 'do the committed findings hold?'],
        ['check <run> --out elsewhere', 'a run kept in another folder'],
      ]),
    )
    .action(async (run: string, flags: Flags) => {
      const folder = runByName('run', run, resultsFolder('--out', flags.out))
      const {summarise} = await import('../report/summarise.ts')
      const {table, exitCode} = await summarise(folder, predictionOf)
      surface.say(table)
      surface.endWith(exitCode)
    })
}
