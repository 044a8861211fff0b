import {expect, test} from 'vitest'
import type {Step} from '../scenario/step.ts'
import {experiments} from '../scenarios/registry.ts'
import {readScript, STEP_NAMES} from './read-script.ts'

/** A step that is added to the scenario's words and not here does not compile. */
const ONE_OF_EACH: {readonly [Do in Step['do']]: Extract<Step, {do: Do}>} = {
  open: {do: 'open', tab: 'A', device: 'device-1', state: 'visible', account: 2},
  hold: {do: 'hold', tab: 'A', state: 'frozen'},
  send: {do: 'send', tab: 'A', words: 3},
  begin: {do: 'begin'},
  commit: {do: 'commit', tabs: ['A'], count: 2, everyMs: 50},
  beacons: {do: 'beacons', tab: 'A', count: 2, everyMs: 50},
  rival: {do: 'rival', tabs: ['A'], count: 2, everyMs: 50},
  watch: {do: 'watch', tabs: ['A'], window: 'main', upToMs: 2_000},
  return: {do: 'return', tab: 'A'},
  close: {do: 'close', tab: 'A'},
  reopen: {do: 'reopen', tab: 'A'},
  'stop-worker': {do: 'stop-worker', device: 'device-1'},
  write: {do: 'write', count: 1, everyMs: 0},
  'age-link': {do: 'age-link', device: 'device-1', toMs: 11_000},
  withhold: {do: 'withhold', forMs: 100},
  'break-push': {do: 'break-push', how: 'cut-link', device: 'device-1'},
  'await-pushes': {do: 'await-pushes', upToMs: 100},
  'quit-browser': {do: 'quit-browser', device: 'device-1'},
  'start-browser': {do: 'start-browser', device: 'device-1'},
  faults: {do: 'faults'},
  heal: {do: 'heal'},
  recover: {do: 'recover', tabs: ['A', 'B'], upToMs: 2_000},
  'await-answer': {do: 'await-answer', tab: 'A', chars: 0, upToMs: 2_000},
  type: {do: 'type', tab: 'A', words: 3},
  crash: {do: 'crash', tab: 'A'},
  duplicate: {do: 'duplicate', tab: 'A', as: 'C'},
  'kill-browser': {do: 'kill-browser', device: 'device-1'},
  'end-shared-worker': {do: 'end-shared-worker', device: 'device-1'},
  rename: {do: 'rename', tab: 'A', words: 2},
  delete: {do: 'delete', tab: 'A'},
  'choose-model': {do: 'choose-model', tab: 'A', model: 'fast'},
  stop: {do: 'stop', tab: 'A'},
  edit: {do: 'edit', tab: 'A', words: 3},
  regenerate: {do: 'regenerate', tab: 'A'},
  'send-together': {do: 'send-together', tabs: ['A', 'B'], words: 3},
  decide: {do: 'decide', tab: 'A', choice: 'send-anyway'},
  settle: {do: 'settle', upToMs: 2_000},
  'await-writing': {do: 'await-writing', tab: 'A', isWriting: true, upToMs: 2_000},
  pause: {do: 'pause', forMs: 100},
  trigger: {do: 'trigger', trigger: 'task done', tab: null},
  refresh: {do: 'refresh', tab: 'A'},
  read: {do: 'read', tabs: ['A'], label: 'final'},
}

const asWritten = (script: unknown): unknown => JSON.parse(JSON.stringify(script))

test('[RP8] every step is read as it was written', () => {
  const script = Object.values(ONE_OF_EACH)
  expect(readScript(asWritten(script))).toEqual({ok: true, script})
  expect(STEP_NAMES).toEqual(Object.keys(ONE_OF_EACH))
})

test.each(experiments)('[RP8] the steps of $name are read as they were written', (experiment) => {
  for (const cell of experiment.cells('full')) {
    const script = experiment.steps({...cell, experiment: experiment.name, seed: 's'})
    expect(readScript(asWritten(script))).toEqual({ok: true, script})
  }
})

const sends = ONE_OF_EACH.send
test.each([
  ['fly', 'the script is "fly"; it takes a list of steps'],
  [[sends, 3], 'step 2 of the script: it is 3; it takes an object'],
  [[{do: 'fly'}], 'step 1 of the script: the step "fly" is unknown; accepted are open, hold, send, begin,'],
  [[{tab: 'A'}], 'step 1 of the script: do is missing'],
  [[{do: 'send', tab: 'A'}], 'step 1 of the script (send): words is missing'],
  [[{...sends, words: -1}], 'step 1 of the script (send): words is -1; it takes at least 0'],
  [[{...sends, words: 2.5}], 'step 1 of the script (send): words is 2.5; it takes a whole number'],
  [[{...sends, tab: '../x'}], 'step 1 of the script (send): tab is "../x"; it takes a name of letters'],
  [[{...sends, to: 'B'}], 'step 1 of the script (send): to means nothing here'],
  [[{...ONE_OF_EACH.read, tabs: 'A'}], 'step 1 of the script (read): tabs is "A"; it takes a list of names'],
  [
    [{...ONE_OF_EACH.hold, state: 'asleep'}],
    'state is "asleep"; it takes visible, hidden, throttled, frozen',
  ],
  [[{...ONE_OF_EACH.pause, forMs: 1e9}], 'forMs is 1000000000; it takes at most an hour'],
  [[{...ONE_OF_EACH['break-push'], how: 'x'}], 'how is "x"; it takes'],
])('[RP8] of %j it is said what is wrong with it', (script, sentence) => {
  const read = readScript(script)
  expect(read.ok ? '' : read.why).toContain(sentence)
})
