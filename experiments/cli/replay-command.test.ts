/** What is refused before anything is started. What is played is in `contracts/`. */
import {mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {afterAll, expect, test} from 'vitest'
import {inProject} from '../setup/project.js'
import {UsageError} from '../usage-error.ts'
import type {Surface} from './command-line.ts'
import {playReplay} from './play-replay.ts'
import {playShrink} from './play-shrink.ts'

const out = mkdtempSync(join(tmpdir(), 'tabwitness-replay-test-'))
afterAll(() => rmSync(out, {recursive: true}))
const [whole = ''] = readdirSync(inProject('results/reference/cells')).filter((name) =>
  name.endsWith('.jsonl'),
)
const lines = readFileSync(join(inProject('results/reference/cells'), whole), 'utf8').split('\n')

let files = 0
function written(...changed: readonly string[]): string {
  const file = join(out, `${(files += 1)}.jsonl`)
  writeFileSync(file, changed.join('\n'))
  return file
}
const header = (change: (told: Record<string, unknown>) => object): readonly string[] => [
  JSON.stringify(change(JSON.parse(lines[0] ?? '{}') as Record<string, unknown>)),
  ...lines.slice(1),
]
const [first = '', ...rest] = lines

const silent: Surface = {
  say: () => {},
  complain: () => {},
  out: process.stdout,
  endWith: () => {},
}
const flags = {out, times: 1, parallel: 1, rounds: 1, budgetS: 1, quiet: true} as const

const damaged: readonly (readonly [string, string, string])[] = [
  ['cut in mid-line', written(...lines.slice(0, 5), '{"kind":"wit'), 'line 6: the last line is cut off'],
  [
    'without its footer',
    written(...lines.slice(0, 5), ''),
    'line 5: there is no footer: the cell was not finished',
  ],
  [
    'with a foreign event',
    written(first, '{"kind":"alien"}', ...rest),
    'line 2: not a history event (kind "alien")',
  ],
  [
    'of a newer format',
    written(...header((told) => ({...told, format: 99}))),
    'line 1: history format 99; this version',
  ],
  [
    'of an experiment of another version',
    written(...header((told) => ({...told, cell: {...Object(told['cell']), experiment: 'teleport'}}))),
    'line 1: the experiment "teleport" is unknown to this version',
  ],
  [
    'with a step of another version',
    written(...header((told) => ({...told, script: [{do: 'fly'}]}))),
    'line 1: step 1 of the script: the step "fly" is unknown',
  ],
]

test.each(damaged)('[RP8] a record %s is not played again, and stays as it is', async (_, file, sentence) => {
  const before = readFileSync(file, 'utf8')
  const refused = await playReplay(file, flags, silent).catch((error: unknown) => error)
  expect(refused).toBeInstanceOf(UsageError)
  expect(String(refused)).toContain(`${file} cannot be played again: ${sentence}`)
  expect(readFileSync(file, 'utf8')).toBe(before)
  expect(readdirSync(out).filter((name) => name.startsWith('replay'))).toEqual([])
})

test('[RP8] what is not a cell is said to be none', async () => {
  await expect(playReplay('0000', flags, silent)).rejects.toThrow(
    `cell "0000" cannot be found: there is no run in ${out}`,
  )
  await expect(playShrink('a/b.jsonl', flags, silent)).rejects.toThrow(
    'cell "a/b.jsonl" is no file; give a history',
  )
  await expect(playReplay('00', {...flags, run: 'none'}, silent)).rejects.toThrow('--run "none" is not a run')
})

test('[RP5] a cell that shows nothing wrong cannot be made smaller, and what it does not show is not asked of it', async () => {
  const valid = inProject('results/reference/cells')
  const fresh = readdirSync(valid)
    .map((name) => join(valid, name))
    .find((file) => headOf(file).includes('"experiment":"calibration"'))
  await expect(playShrink(fresh ?? '', flags, silent)).rejects.toThrow(
    'shows nothing that could be made smaller: nothing is wrong in it.',
  )
  const stale = readdirSync(valid)
    .map((name) => join(valid, name))
    .find((file) => /"policy":"observed".*"state":"hidden"/.test(headOf(file)))
  await expect(playShrink(stale ?? '', {...flags, of: 'noSilentFork'}, silent)).rejects.toThrow(
    '--of "noSilentFork" is nothing that the cell shows',
  )
})

test('[RP8] virtual tabs are made smaller where they are found', async () => {
  const file = written(...header((told) => ({...told, browser: 'virtual tabs (Node 26)'})))
  await expect(playShrink(file, flags, silent)).rejects.toThrow(
    'was played by virtual tabs, which are made smaller where',
  )
  await expect(playReplay(file, flags, silent)).rejects.toThrow('line 1: virtual tabs of the experiment')
})

function headOf(file: string): string {
  return readFileSync(file, 'utf8').slice(0, 600)
}
