/**
 * Cells under faults as they are played: a stock Chromium, the real page and servers, the proxy between them. One browser
 * for all of them; each cell is judged by what its history says.
 */
import {mkdtempSync, rmSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {afterAll, beforeAll, expect, test} from 'vitest'
import {defaultModelSettings} from '../../servers/model/model-settings.ts'
import {openDevice} from '../browser/chromium.ts'
import {judge} from '../checkers/judge.ts'
import type {FaultSchedule} from '../history/fault.ts'
import type {CellSpec, History} from '../history/history-event.ts'
import {readHistory} from '../history/history-reader.ts'
import {playCell} from '../runner/play-cell.ts'
import {startServerProcess, type ServerProcess} from '../runner/server-process.ts'
import {Stage} from '../runner/stage.ts'
import type {Step} from '../scenario/step.ts'
import {findBrowser} from '../setup/find-browser.js'
import {inProject} from '../setup/project.js'

const browserPath = await findBrowser()
const folder = mkdtempSync(join(tmpdir(), 'tabwitness-faults-test-'))
const serverOptions = {
  seed: 'faults',
  pageFolder: inProject('clients/page/dist'),
  carriage: 'content',
  model: {...defaultModelSettings, instant: true},
  userCount: 0,
} as const
let server: ServerProcess
let stage: Stage

beforeAll(async () => {
  if (browserPath === null) return
  server = await startServerProcess({...serverOptions, port: 0, store: null})
  stage = new Stage((name, throttlesEarly) => openDevice({name, browserPath, throttlesEarly}))
})
afterAll(async () => {
  await stage?.close()
  await server?.close()
  rmSync(folder, {recursive: true, force: true, maxRetries: 5})
})

let cells = 0

async function play(
  steps: readonly Step[],
  schedule: FaultSchedule | null,
  cell: Partial<CellSpec> = {},
  signal = new AbortController().signal,
): Promise<History> {
  const id = `cell${++cells}`
  const spec: CellSpec = {
    experiment: 'test',
    platform: 'chatgpt',
    policy: 'content+resume',
    conditions: {},
    seed: 's',
    repetition: 1,
    ...cell,
  }
  const experiment = {
    name: 'test',
    question: '',
    runs: 'beside-others' as const,
    cells: () => [],
    steps: () => steps,
    predict: () => null,
  }
  const file = join(folder, `${id}.jsonl`)
  const place = {server, serverOptions, stage, push: null, label: id, file, signal}
  await playCell(
    {id, spec, experiment, schedule},
    {...place, browserPath: browserPath ?? '', browserVersion: 'Chromium'},
  )
  const read = readHistory(file)
  if (!read.ok) throw new Error(read.why)
  return read.history
}

const opens: Step[] = [
  {do: 'open', tab: 'A', device: 'device-1', state: 'visible'},
  {do: 'open', tab: 'B', device: 'device-1', state: 'visible'},
]
const recovers: Step[] = [
  {do: 'heal'},
  {do: 'recover', tabs: ['A', 'B'], upToMs: 12_000},
  {do: 'read', tabs: ['A', 'B'], label: 'final'},
]
const on = (fault: FaultSchedule[number]['fault'], owner = 'B', healAtMs: number | null = null) => [
  {atMs: 0, healAtMs, owner, on: 'everything' as const, fault},
]

const validityOf = (history: History) => {
  const {validity, whyNot} = judge(history, null)
  return [validity, ...whyNot]
}
const stepsOf = ({events}: History) =>
  events.flatMap((event) =>
    event.kind === 'step' && event.phase === 'ended' ? [`${event.do} ${event.outcome}`] : [],
  )

test.skipIf(browserPath === null)(
  '[FA20] a tab behind a blackhole misses what is written and shows all of it once it has healed',
  async () => {
    const history = await play(
      [...opens, {do: 'begin'}, {do: 'faults'}, {do: 'write', count: 3, everyMs: 50}, ...recovers],
      on({name: 'blackhole'}),
    )
    expect(validityOf(history)).toEqual(['valid'])
    expect(stepsOf(history)).toContain('recover ok')
  },
)
