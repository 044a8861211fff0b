/** `tabwitness list`: the experiments, what they ask, and how many cells each suite has. */
import type {Command} from 'commander'
import color from 'picocolors'
import {SUITES} from '../scenario/experiment.ts'
import {experiments} from '../scenarios/registry.ts'
import {examples, type Surface} from './command-line.ts'

export function addListCommand(program: Command, surface: Surface): void {
  program
    .command('list')
    .description('list the experiments, the question each answers, and its cells in each suite')
    .option('--json', 'as one JSON object')
    .addHelpText('after', examples([['list', 'what there is to run']]))
    .action((flags: {json?: true}) => {
      const listed = experiments.map(({name, question, cells}) => ({
        name,
        question,
        cells: Object.fromEntries(SUITES.map((suite) => [suite, cells(suite).length])),
      }))
      if (flags.json) return surface.say(JSON.stringify({experiments: listed}))
      const blocks = listed.map(({name, question, cells}) => {
        const counts = Object.entries(cells).map(([suite, count]) => `${suite} ${count}`)
        return `${color.bold(name)}\n  ${question}\n  ${color.dim(`cells: ${counts.join(', ')}`)}`
      })
      surface.say(blocks.join('\n\n'))
    })
}
