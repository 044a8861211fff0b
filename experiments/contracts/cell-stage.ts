/** For tests: one stock Chromium and one server, and cells that are played in them as a run plays them, judged by their histories. */
import {mkdtempSync, rmSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {afterAll, beforeAll, test} from 'vitest'
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

export async function play(
  steps: readonly Step[],
  schedule: FaultSchedule | null,
  cell: Partial<CellSpec> = {},
): Promise<History> {
  const file = join(folder, `cell${cells + 1}.jsonl`)
  await playToItsEnd(steps, schedule, {cell})
  const read = readHistory(file)
  if (!read.ok) throw new Error(read.why)
  return read.history
}

type Around = {readonly cell?: Partial<CellSpec>; readonly signal?: AbortSignal}

export async function playToItsEnd(
  steps: readonly Step[],
  schedule: FaultSchedule | null,
  {cell, signal = new AbortController().signal}: Around,
): Promise<boolean> {
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
  return playCell(
    {id, spec, experiment, schedule, script: null},
    {...place, browserPath: browserPath ?? '', browserVersion: 'Chromium'},
  )
}

export const opens: Step[] = [
  {do: 'open', tab: 'A', device: 'device-1', state: 'visible'},
  {do: 'open', tab: 'B', device: 'device-1', state: 'visible'},
]
export const readsAll: Step = {do: 'read', tabs: ['A', 'B'], label: 'final'}
export const recovers: Extract<Step, {do: 'recover'}> = {do: 'recover', tabs: ['A', 'B'], upToMs: 10_000}
export const writes: Step = {do: 'write', count: 2, everyMs: 30}
export const on = (
  fault: FaultSchedule[number]['fault'],
  owner: string,
  healAtMs: number | null = null,
): FaultSchedule => [{atMs: 0, healAtMs, owner, on: 'everything', fault}]

export const validityOf = (history: History) => {
  const {validity, whyNot} = judge(history, null)
  return [validity, ...whyNot]
}
export const outcomeOf = ({events}: History, step: Step['do']) =>
  events.findLast((event) => event.kind === 'step' && event.do === step && event.phase === 'ended')
export const carriedOut = ({events}: History) =>
  events.flatMap((event) =>
    event.kind === 'fault' && event.event.kind === 'fault-carried-out' ? [event.event.what] : [],
  )
export const serverView = ({events}: History) =>
  events.flatMap((event) =>
    event.kind === 'server-view' ? [event.view.map(({id, textHash}) => [id, textHash])] : [],
  )
export const lastReadings = ({events}: History) =>
  events.flatMap((event) =>
    event.kind === 'witness' && event.event.kind === 'reading'
      ? [event.event.view.map(({id, textHash}) => [id, textHash])]
      : [],
  )

export const inABrowser = test.skipIf(browserPath === null)
