/** What `tabwitness faults` refuses, before anything is started. */
import {Command} from 'commander'
import {expect, test} from 'vitest'
import type {Surface} from './command-line.ts'
import {addFaultsCommand} from './faults-command.ts'

const surface: Surface = {say: () => {}, complain: () => {}, out: process.stdout, endWith: () => {}}

function faults(...args: readonly string[]): Promise<unknown> {
  const program = new Command('tabwitness').exitOverride().configureOutput({outputError: () => {}})
  addFaultsCommand(program, surface)
  return program.parseAsync(['faults', ...args], {from: 'user'})
}

const entry = (of: object) =>
  JSON.stringify([{atMs: 0, healAtMs: 900, owner: 'B', fault: {name: 'rst'}, ...of}])

test.each([
  [['--cells', '0'], '--cells "0" is not accepted; give a whole number from 1 to 100000.'],
  [
    ['--platform', 'claud'],
    '--platform "claud" is unknown, perhaps "claude" was meant; accepted: chatgpt, claude.',
  ],
  [
    ['--platform', 'claude', '--policy', 'leader'],
    '--policy "leader" means nothing on claude; accepted: observed, ',
  ],
  [['--deeds', '5 commit'], '--deeds can only be given with --replay.'],
  [['--times', '3'], '--times can only be given with --replay.'],
  [
    ['--replay', entry({}), '--cells', '5'],
    '--cells cannot be given with --replay; say how often with --times.',
  ],
  [
    ['--replay', 'nowhere.json'],
    '--replay "nowhere.json" is neither a list of faults in JSON nor a file that is there.',
  ],
  [
    ['--replay', entry({fault: {name: 'gremlins'}})],
    'the fault "gremlins" is unknown; accepted are fin, rst, ',
  ],
  [
    ['--replay', entry({atMs: -5})],
    'Entry 1 of the fault schedule: atMs is -5; it takes a time of 0 ms or later.',
  ],
  [
    ['--replay', entry({owner: 'D'})],
    'Entry 1 of the fault schedule: there is no tab "D"; accepted are A, B, C, *.',
  ],
  [
    ['--replay', entry({}), '--deeds', '9 send D'],
    '--deeds "9 send D" names the tab "D"; there are A, B, C.',
  ],
  [
    ['--out', '/proc/nowhere'],
    '--out "/proc/nowhere" cannot be written to; give a folder that you may write to.',
  ],
])('%j is refused in one sentence', async (args, sentence) => {
  await expect(faults(...args)).rejects.toThrow(sentence)
})
