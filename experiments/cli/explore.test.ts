/** What `tabwitness explore` refuses, before anything is started. */
import {Command} from 'commander'
import {expect, test} from 'vitest'
import type {Surface} from './command-line.ts'
import {addExploreCommand} from './explore-command.ts'

const surface: Surface = {say: () => {}, complain: () => {}, out: process.stdout, endWith: () => {}}

function explore(...args: readonly string[]): Promise<unknown> {
  const program = new Command('tabwitness').exitOverride().configureOutput({outputError: () => {}})
  addExploreCommand(program, surface)
  return program.parseAsync(['explore', ...args], {from: 'user'})
}

const ONE = ['--platform', 'chatgpt', '--rule', 'fork']

test.each([
  [['--interleavings', '0'], '--interleavings "0" is not accepted; give a whole number from 1 to 1000000.'],
  [['--tabs', '6'], '--tabs "6" is not accepted; give a whole number from 2 to 5.'],
  [
    ['--rule', 'fork,rejekt'],
    '--rule "rejekt" is unknown, perhaps "reject" was meant; accepted: fork, reject, rebase.',
  ],
  [
    ['--guarantees', 'noForks'],
    '--guarantees "noForks" is unknown; accepted: noPhantom, noDuplicate, nothingLost, ',
  ],
  [['--guards', 'none,if-match'], '--guards "none,if-match" is not accepted; none stands alone.'],
  [
    ['--platform', 'claude', '--policy', 'leader'],
    '--policy "leader" means nothing on claude; accepted: observed, ',
  ],
  [['--times', '3'], '--times can only be given with --acts.'],
  [['--pace', 'slowly'], '--pace can only be given with --acts.'],
  [['--acts', 'send A'], '--acts is of one platform and one rule; name them with --platform and --rule.'],
  [['--path', '0/1/A:B'], '--path is of one platform and one rule; name them with --platform and --rule.'],
  [[...ONE, '--acts', 'send A', '--path', '0/1/A:B'], '--path cannot be given with --acts; '],
  [[...ONE, '--acts', 'send A', '--interleavings', '5'], '--interleavings cannot be given with --acts, '],
  [[...ONE, '--acts', 'jump A'], '--acts "jump A" is not accepted; an act reads "send A", '],
  [[...ONE, '--acts', 'send A B'], '--acts "send A B" is not accepted; an act reads "send A", '],
  [[...ONE, '--tabs', '2', '--acts', 'send A, send C'], '--acts "send C" names the tab "C"; there are A, B.'],
  [[...ONE, '--path', 'x'], '--path "x" is not accepted; give the path that an exploration printed, '],
])('%j is refused in one sentence', async (args, sentence) => {
  await expect(explore(...args, '--no-confirm')).rejects.toThrow(sentence)
})
