import {spawnSync} from 'node:child_process'
import {readFileSync, rmSync, writeFileSync} from 'node:fs'
import {afterAll, expect, test} from 'vitest'
import {historyFile} from '../history/run-folder.ts'
import {recordRun, stalenessCell} from '../report/run-builder.ts'
import {inProject} from '../setup/project.js'

const cells = [stalenessCell('observed', null), stalenessCell('content', 8)]
const run = recordRun(cells)
afterAll(() => rmSync(run.root, {recursive: true}))

const check = (...flags: readonly string[]) =>
  spawnSync(process.execPath, [inProject('experiments/cli.ts'), 'check', run.root, ...flags], {
    encoding: 'utf8',
    env: {...process.env, NO_COLOR: '1'},
  })

test('a sound run is judged again and ends with 0', () => {
  const {status, stdout} = check()
  expect(stdout).toContain('as predicted')
  expect(status).toBe(0)
})

test('with --json every cell is one object, and how it all ends is the last', () => {
  const {status, stdout} = check('--json')
  const lines = stdout.trim().split('\n')
  const said = lines.map((line) => JSON.parse(line) as {readonly type: string; readonly cellId?: string})
  expect(said.map(({type}) => type)).toEqual(['verdict', 'verdict', 'outcome'])
  expect(said.flatMap(({cellId}) => cellId ?? [])).toEqual(cells.map(({header}) => header.cellId))
  expect(said[0]).toMatchObject({validity: 'valid', broken: [], counterExamples: []})
  expect(status).toBe(0)
})

test('[HI4] a half-written history is named with its line and what would do; the rest is judged; exit 64', () => {
  const file = historyFile(run, cells[0]?.header.cellId ?? '')
  const whole = readFileSync(file, 'utf8')
  writeFileSync(file, whole.slice(0, whole.length / 2))
  const {status, stdout, stderr} = check()
  expect(stdout).toContain('1 valid')
  expect(stderr).toMatch(/is not a whole history: line \d+: .*--resume/)
  expect(stderr.trim().split('\n')).toHaveLength(1)
  expect(status).toBe(64)
})
