/** `shrink` and `replay` as a person uses them, on a silent fork among steps that it does not need. */
import {fork, type ChildProcess} from 'node:child_process'
import {mkdtempSync, readdirSync, readFileSync, rmSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {createInterface} from 'node:readline'
import {afterAll, beforeAll, expect, test} from 'vitest'
import {judge} from '../checkers/judge.ts'
import type {FaultSchedule} from '../history/fault.ts'
import {readHistory} from '../history/history-reader.ts'
import {timesOf} from '../runner/begin-again.ts'
import {withScript} from '../runner/plan.ts'
import {playCells} from '../runner/play-cells.ts'
import {findBrowser} from '../setup/find-browser.js'
import {inProject} from '../setup/project.js'
import {FORK, PADDED_FORK, scripted} from './shrink-stage.ts'

const browserPath = await findBrowser()
const out = mkdtempSync(join(tmpdir(), 'tabwitness-shrink-test-'))
afterAll(() => rmSync(out, {recursive: true, force: true, maxRetries: 5}))
let recorded = ''

/** A busy machine spoils single plays. */
beforeAll(async () => {
  if (browserPath === null) return
  const {signal} = new AbortController()
  const place = {browserPath, firefoxPath: null, seed: 's', folder: out, parallel: 1, signal}
  const played = await playCells(timesOf(scripted(PADDED_FORK), 5), place)
  recorded = played.find(({file}) => isProved(file))?.file ?? ''
}, 120_000)

function isProved(file: string): boolean {
  const read = readHistory(file)
  return read.ok && judge(read.history, null).validity !== 'invalid'
}

const start = (...args: string[]): ChildProcess =>
  fork(
    inProject('experiments/cli.ts'),
    [...args, '--json', '--out', out, '--browser-path', browserPath ?? ''],
    {stdio: ['ignore', 'pipe', 'inherit', 'ipc']},
  )

type Line = {readonly type: string; readonly [name: string]: unknown}

/** What it says until it ends, and with which code it does. */
async function told(child: ChildProcess, onLine: (line: Line) => void = () => {}) {
  const ended = new Promise<number | null>((resolve) => void child.once('exit', resolve))
  const lines: Line[] = []
  for await (const text of createInterface({input: child.stdout!})) {
    const line = JSON.parse(text) as Line
    lines.push(line)
    onLine(line)
  }
  return {outcome: lines.at(-1) ?? {type: 'nothing'}, exitCode: await ended}
}

test.skipIf(browserPath === null)(
  '[RP6] a silent fork among eleven steps is shrunk to two tabs that send, and shows again whenever it is played',
  async () => {
    const before = readFileSync(recorded, 'utf8')
    const {outcome, exitCode} = await told(start('shrink', recorded, '--of', 'noSilentFork'))
    expect(outcome).toMatchObject({
      type: 'outcome',
      smallest: {steps: FORK, schedule: null},
      isMinimal: true,
      shown: 3,
      times: 3,
    })
    expect(exitCode).toBe(0)
    expect(readFileSync(recorded, 'utf8')).toBe(before)

    const [file = ''] = outcome['files'] as readonly string[]
    const again = await told(start('replay', file, '--times', '2'))
    const sign = {kind: 'guarantee', name: 'noSilentFork'}
    const {now} = again.outcome as unknown as {readonly now: readonly {readonly shows: readonly object[]}[]}
    expect(now).toHaveLength(2)
    for (const {shows} of now) expect(shows).toContainEqual(sign)
  },
  600_000,
)

test.skipIf(browserPath === null)(
  '[RP6] whoever ends it has the smallest so far, and no process or folder is left of it',
  async () => {
    const child = start('shrink', recorded, '--of', 'noSilentFork')
    const runs = readdirSync(out).length
    let isEnded = false
    const {outcome, exitCode} = await told(child, ({type, stillShown}) => {
      if (isEnded || type !== 'progress' || Number(stillShown) === 0) return
      isEnded = child.kill('SIGINT')
    })
    expect(outcome).toMatchObject({type: 'outcome', isMinimal: false, endedBy: 'you', shown: 1})
    const {steps} = outcome['smallest'] as {readonly steps: readonly object[]}
    expect(steps.length).toBeLessThan(PADDED_FORK.length)
    expect(exitCode).toBe(2)
    expect(readdirSync(out)).toHaveLength(runs + 1)
    expect(readdirSync(tmpdir()).filter((name) => name.startsWith(`tabwitness-${child.pid}-`))).toEqual([])
  },
  300_000,
)

test.skipIf(browserPath === null)(
  '[FA16] a tab that a cell leaves offline is online for the cell that gets it next',
  async () => {
    const offline = scripted([...FORK.slice(0, 2), {do: 'faults'}, {do: 'pause', forMs: 200}])
    const schedule: FaultSchedule = [
      {atMs: 0, healAtMs: null, owner: '*', on: 'everything', fault: {name: 'cdp-offline'}},
    ]
    const first = withScript(offline, offline.script ?? [], schedule)
    const cells = [first, {...first, id: `${first.id}-2`}]
    const {signal} = new AbortController()
    const place = {browserPath: browserPath ?? '', firefoxPath: null, seed: 's', folder: out, parallel: 1}
    const played = await playCells(cells, {...place, signal})
    const failures = played.map(({file}) => {
      const read = readHistory(file)
      return read.ok ? read.history.footer.failure : read.why
    })
    expect(failures).toEqual([null, null])
  },
  60_000,
)
