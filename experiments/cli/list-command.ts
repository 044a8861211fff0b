/** `tabwitness list`: the experiments, what they ask, and how many cells each suite has. */
import type {Command} from 'commander'
import color from 'picocolors'
import {PLATFORMS} from '#protocol/platform.ts'
import {SUITES} from '../scenario/experiment.ts'
import {experiments} from '../scenarios/registry.ts'
import {someOf} from './accepted.ts'
import {examples, type Surface} from './command-line.ts'

type Flags = {platform?: string[]; json?: true}

export function addListCommand(program: Command, surface: Surface): void {
  program
    .command('list')
    .description('list the experiments, the question each answers, and its cells in each suite')
    .option(
      '--platform <names>',
      `cells of these alone, parted by commas: ${PLATFORMS.join(', ')}`,
      (value) => someOf('--platform', value, PLATFORMS),
    )
    .option('--json', 'as one JSON object')
    .addHelpText(
      'after',
      examples([
        ['list', 'what there is to run'],
        ['list --platform claude', 'what of it is about push'],
      ]),
    )
    .action((flags: Flags) => {
      const platforms: readonly string[] = flags.platform ?? PLATFORMS
      const listed = experiments.map(({name, question, cells}) => ({
        name,
        question,
        cells: Object.fromEntries(
          SUITES.map((suite) => [
            suite,
            cells(suite).filter(({platform}) => platforms.includes(platform)).length,
          ]),
        ),
      }))
      if (flags.json) return surface.say(JSON.stringify({experiments: listed}))
      const blocks = listed.map(({name, question, cells}) => {
        const counts = Object.entries(cells).map(([suite, count]) => `${suite} ${count}`)
        return `${color.bold(name)}\n  ${question}\n  ${color.dim(`cells: ${counts.join(', ')}`)}`
      })
      surface.say(blocks.join('\n\n'))
    })
}
