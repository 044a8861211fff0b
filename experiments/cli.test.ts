import {spawnSync, type SpawnSyncReturns} from 'node:child_process'
import {mkdtempSync, rmSync, writeFileSync} from 'node:fs'
import {createServer} from 'node:http'
import type {AddressInfo} from 'node:net'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {fileURLToPath} from 'node:url'
import {afterAll, beforeAll, expect, test} from 'vitest'

const cli = fileURLToPath(new URL('cli.ts', import.meta.url))
const folder = mkdtempSync(join(tmpdir(), 'tabwitness-cli-'))
const file = join(folder, 'a-file')
const busy = createServer()
let busyPort = 0

beforeAll(async () => {
  writeFileSync(file, 'words')
  await new Promise<void>((resolve) => busy.listen(0, '127.0.0.1', resolve))
  busyPort = (busy.address() as AddressInfo).port
})

afterAll(() => {
  busy.close()
  rmSync(folder, {recursive: true})
})

const tabwitness = (...args: string[]): SpawnSyncReturns<string> =>
  spawnSync(process.execPath, [cli, ...args], {
    encoding: 'utf8',
    cwd: folder,
    env: {...process.env, NO_COLOR: '1'},
  })

test.each([
  [
    ['run', 'calibraton'],
    'experiment "calibraton" is unknown, perhaps "calibration" was meant; accepted: calibration, ',
  ],
  [
    ['run', '--browser', 'firefoks'],
    '--browser "firefoks" is unknown, perhaps "firefox" was meant; accepted: chromium, firefox, all.',
  ],
  [['run', '--suite', 'big'], '--suite "big" is unknown; accepted: smoke, quick, full.'],
  [
    ['run', '--policy', 'hint,contnet'],
    '--policy "contnet" is unknown, perhaps "content" was meant; accepted: observed, ',
  ],
  [
    ['run', '--state', 'hidden,'],
    '--state "" is unknown; accepted: visible, hidden, throttled, frozen, all-hidden, no-page, ',
  ],
  [
    ['run', '--platform', 'claud'],
    '--platform "claud" is unknown, perhaps "claude" was meant; accepted: chatgpt, claude.',
  ],
  [['list', '--platform', 'x'], '--platform "x" is unknown; accepted: chatgpt, claude.'],
  [
    ['run', '--delivery', 'lost'],
    '--delivery "lost" is unknown; accepted: raw, modelled, delayed, dropped, doubled, reordered.',
  ],
  [
    ['run', '--repetitions', '1.5'],
    '--repetitions "1.5" is not accepted; give a whole number from 1 to 1000.',
  ],
  [['run', '--window-ms', '-1'], '--window-ms "-1" is not accepted; give a whole number from 100 to 600000.'],
  [['run', '--speed', 'fast'], '--speed "fast" is not accepted; give a number from 0.01 to 1000.'],
  [
    ['run', 'reconnection', '--platform', 'chatgpt', '--schedule', '[{"atMs":0}]'],
    'Entry 1 of the fault schedule: healAtMs is missing.',
  ],
  [['run', '--parallel', '0'], '--parallel "0" is not accepted; give a whole number from 1 to 16.'],
  [['run', '--seed', ''], '--seed "" is not accepted; give a text of 1 to 200 characters.'],
  [
    ['run', '--browser-path', 'nowhere'],
    '--browser-path "nowhere" is not there; give the executable file of',
  ],
  [['run', '--browser-path', file], `--browser-path "${file}" is not a file that can be executed; give`],
  [['run', '--out', file], `--out "${file}" is a file; give a folder that is there or can be made.`],
  [['run', '--out', join(file, 'x')], `cannot be made because ${file} is a file; give a folder`],
  [
    ['run', '--out', folder, '--resume', 'r1'],
    `--resume "r1" is not a run; there is no run in ${folder} yet.`,
  ],
  [['run', '--sede', 'x'], "Unknown option '--sede' (Did you mean --seed?); see tabwitness run --help."],
  [
    ['run', '--json', '--quiet'],
    "Option '--quiet' cannot be used with option '--json'; see tabwitness run --help.",
  ],
  [['check'], "Missing required argument 'run'; see tabwitness check --help."],
  [['check', file], `run "${file}" is a file and not the folder of a run`],
  [['serve', '--port', '70000'], '--port "70000" is not accepted; give a whole number from 0 to 65534.'],
  [['serve', '--model', 'slow'], '--model "slow" is unknown; accepted: scripted, instant.'],
  [['serve', '--store', file], `--store "${file}" is not a SQLite file; give a file that is`],
  [['replay', '00', '--out', folder], `cell "00" cannot be found: there is no run in ${folder} yet.`],
  [
    ['shrink', '00', '--budget-s', '0'],
    '--budget-s "0" is not accepted; give a whole number from 1 to 86400.',
  ],
  [['sevre'], "Unknown command 'sevre' (Did you mean serve?); see tabwitness --help."],
])('bad input %j ends with one sentence and exit code 64', (args, sentence) => {
  const {status, stdout, stderr} = tabwitness(...args)
  expect(stderr).toContain(sentence)
  expect(stderr.trim().split('\n')).toHaveLength(1)
  expect({status, stdout}).toEqual({status: 64, stdout: ''})
})

test('a port in use is one sentence and exit code 64', () => {
  const {status, stderr} = tabwitness('serve', '--port', String(busyPort))
  expect(stderr).toBe(`--port "${busyPort}" is in use by another program; give a free port, or 0 for any.\n`)
  expect(status).toBe(64)
})

test.each(['run', 'list', 'check', 'replay', 'shrink', 'serve', 'fcm'])(
  '%s --help shows examples',
  (command) => {
    const {status, stdout} = tabwitness(command, '--help')
    expect(stdout).toContain(`Examples:\n  $ tabwitness ${command}`)
    expect(status).toBe(0)
  },
)

test('list --json counts the cells of every suite', () => {
  const {status, stdout} = tabwitness('list', '--json')
  const {experiments} = JSON.parse(stdout)
  expect(experiments).toContainEqual({
    name: 'cross-tab-staleness',
    question: expect.any(String),
    cells: {smoke: expect.any(Number), quick: expect.any(Number), full: expect.any(Number)},
  })
  expect(status).toBe(0)
})
