import {mkdtempSync, rmSync, writeFileSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {afterAll, expect, test} from 'vitest'
import {plan} from '../runner/plan.ts'
import {experimentNamed} from '../scenarios/registry.ts'
import {UsageError} from '../usage-error.ts'
import {givenSchedule} from './given-schedule.ts'

const folder = mkdtempSync(join(tmpdir(), 'tabwitness-schedule-test-'))
afterAll(() => rmSync(folder, {recursive: true}))

const choice = {
  suite: 'full',
  seed: 's',
  browsers: ['chromium'],
  platforms: ['chatgpt'],
  policies: null,
  states: null,
  deliveries: null,
  hazards: null,
  repetitions: null,
  windowMs: null,
  modelSpeed: null,
  experiments: ['reconnection'],
} as const
const struck = {atMs: 0, healAtMs: 50, owner: '*', fault: {name: 'rst'}}
const text = JSON.stringify([struck])

test('[FA20] a schedule is read from the command line or from a file', () => {
  const file = join(folder, 'faults.json')
  writeFileSync(file, text)
  const read = [{...struck, on: 'everything'}]
  expect(givenSchedule(text, choice)).toEqual(read)
  expect(givenSchedule(file, choice)).toEqual(read)
})

test.each([
  [
    'nowhere.json',
    {},
    '--schedule "nowhere.json" is neither a file that can be read nor a list of faults in JSON.',
  ],
  ['[{"atMs":0}]', {}, 'Entry 1 of the fault schedule: healAtMs is missing.'],
  [
    JSON.stringify([{...struck, owner: 'Z'}]),
    {},
    /^Entry 1 of the fault schedule: there is no tab "Z"; accepted are .*\*\.$/,
  ],
  [
    text,
    {experiments: ['calibration']},
    /^--schedule means nothing here, because no chosen cell plays faults; choose among: .*reconnection/,
  ],
  [
    JSON.stringify([{...struck, fault: {name: 'push-drop'}}]),
    {},
    '--schedule has a push-drop, and ChatGPT has no push; choose --platform claude, or another fault.',
  ],
])('[FA20] %s is refused with one sentence', (given, other, sentence) => {
  const read = () => givenSchedule(given, {...choice, ...other})
  expect(read).toThrow(UsageError)
  expect(read).toThrow(sentence)
})

test('[HI2] under another schedule a cell is another cell, and says so', () => {
  const reconnection = [experimentNamed('reconnection')!]
  const own = plan(reconnection, {...choice, schedule: null})
  const given = plan(reconnection, {...choice, schedule: givenSchedule(text, choice)})
  expect(given.length).toBe(own.filter(({schedule}) => schedule !== null).length)
  expect(new Set(given.map(({id}) => id)).intersection(new Set(own.map(({id}) => id)))).toEqual(new Set())
  expect(new Set(given.map(({spec}) => spec.conditions['schedule'])).size).toBe(1)
})
