/** `tabwitness check` and `report`: judge a recorded run again; nothing recorded is changed. */
import {basename, join} from 'node:path'
import type {Command} from 'commander'
import type {UnreadCell} from '../report/summary.ts'
import {predictionOf} from '../scenarios/registry.ts'
import {examples, type Surface} from './command-line.ts'
import {writeJson} from './progress-display.ts'
import {resultsFolder, resultsOption, runByName} from './results-folder.ts'

const EXIT_USAGE = 64

type Flags = {out: string; json?: true}

export function addCheckCommand(program: Command, surface: Surface): void {
  program
    .command('check')
    .description(
      'judge a recorded run again and write its summary and report anew; histories stay as they are',
    )
    .argument('<run>', 'the id of a run, or its folder')
    .addOption(resultsOption())
    .option('--json', 'every verdict with its counter-examples as JSON, one object a line')
    .addHelpText(
      'after',
      examples([
        ['check results/reference/<run>', 'do the committed findings hold?'],
        ['check <run> --out elsewhere', 'a run kept in another folder'],
      ]),
    )
    .action(async (run: string, flags: Flags) => {
      const folder = runByName('run', run, resultsFolder('--out', flags.out))
      const [{summarise}, {toldInLines, verdictInJson}] = await Promise.all([
        import('../report/summarise.ts'),
        import('../report/told-in-words.ts'),
      ])
      const {table, exitCode, summary, judgements, told} = await summarise(folder, predictionOf)
      if (flags.json) {
        for (const judgement of judgements) writeJson(surface.out, verdictInJson(judgement, told))
        writeJson(surface.out, {type: 'outcome', runFolder: folder, exitCode, counts: summary.counts})
      } else surface.say([table, ...toldInLines(told)].join('\n').trimEnd())
      const [first, ...others] = summary.unreadable
      surface.endWith(first === undefined ? exitCode : EXIT_USAGE)
      if (first !== undefined) surface.complain(unreadSentence(folder, first, others.length))
    })
}

/** The rest of the run has been judged; what could not be read must not pass for judged. */
function unreadSentence(folder: string, {cellId, why, line}: UnreadCell, others: number): string {
  const file = join(folder, 'cells', `${cellId}.jsonl`)
  const more = others === 0 ? '' : ` (and ${others} more)`
  const cure = `play the cell again with: npm run tabwitness -- run --resume ${basename(folder)}`
  return `${file} is not a whole history: line ${line}: ${why}${more}; ${cure}`
}
