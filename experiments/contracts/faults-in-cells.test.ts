/**
 * Cells under faults as they are played: a stock Chromium, the real page and servers, the proxy between them. One browser
 * for all of them; each cell is judged by what its history says.
 */
import {mkdtempSync, readdirSync, rmSync} from 'node:fs'
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
): Promise<History> {
  const file = join(folder, `cell${cells + 1}.jsonl`)
  await playToItsEnd(steps, schedule, {cell})
  const read = readHistory(file)
  if (!read.ok) throw new Error(read.why)
  return read.history
}

type Around = {readonly cell?: Partial<CellSpec>; readonly signal?: AbortSignal}

async function playToItsEnd(
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
    {id, spec, experiment, schedule},
    {...place, browserPath: browserPath ?? '', browserVersion: 'Chromium'},
  )
}

const opens: Step[] = [
  {do: 'open', tab: 'A', device: 'device-1', state: 'visible'},
  {do: 'open', tab: 'B', device: 'device-1', state: 'visible'},
]
const readsAll: Step = {do: 'read', tabs: ['A', 'B'], label: 'final'}
const recovers: Step = {do: 'recover', tabs: ['A', 'B'], upToMs: 10_000}
const writes: Step = {do: 'write', count: 2, everyMs: 30}
const on = (
  fault: FaultSchedule[number]['fault'],
  owner: string,
  healAtMs: number | null = null,
): FaultSchedule => [{atMs: 0, healAtMs, owner, on: 'everything', fault}]

const validityOf = (history: History) => {
  const {validity, whyNot} = judge(history, null)
  return [validity, ...whyNot]
}
const outcomeOf = ({events}: History, step: Step['do']) =>
  events.findLast((event) => event.kind === 'step' && event.do === step && event.phase === 'ended')
const carriedOut = ({events}: History) =>
  events.flatMap((event) =>
    event.kind === 'fault' && event.event.kind === 'fault-carried-out' ? [event.event.what] : [],
  )
const serverView = ({events}: History) =>
  events.flatMap((event) =>
    event.kind === 'server-view' ? [event.view.map(({id, textHash}) => [id, textHash])] : [],
  )
const lastReadings = ({events}: History) =>
  events.flatMap((event) =>
    event.kind === 'witness' && event.event.kind === 'reading'
      ? [event.event.view.map(({id, textHash}) => [id, textHash])]
      : [],
  )

const inABrowser = test.skipIf(browserPath === null)

inABrowser(
  '[FA20] a tab behind a blackhole has everything once it has healed, and another one all the time',
  async () => {
    const steps = [...opens, {do: 'faults'}, writes, {do: 'heal'}, recovers, readsAll] as const
    const history = await play(steps, on({name: 'blackhole'}, 'B'))
    expect(validityOf(history)).toEqual(['valid'])
    expect(outcomeOf(history, 'recover')).toMatchObject({outcome: 'ok'})
    const [view] = serverView(history)
    expect(lastReadings(history)).toEqual([view, view])
    const struck = history.events.flatMap((event) =>
      event.kind === 'fault' && event.event.kind === 'fault-bit' ? [event.event.owner] : [],
    )
    expect(new Set(struck)).toEqual(new Set(['B']))
  },
)

inABrowser('[FA16] a tab that is told to be offline says so itself, and again when it is not', async () => {
  const steps = [...opens, {do: 'faults'}, writes, recovers, readsAll] as const
  const history = await play(steps, on({name: 'cdp-offline'}, 'B', 100))
  expect(validityOf(history)).toEqual(['valid'])
  expect(carriedOut(history)).toEqual(['page-offline', 'page-online'])
})

inABrowser(
  '[FA17] a server killed in the middle of an answer comes back, and the tabs show what it has left',
  async () => {
    const steps: Step[] = [
      ...opens,
      {do: 'send', tab: 'A', words: 4},
      {do: 'await-answer', tab: 'A', chars: 10, upToMs: 5_000},
      {do: 'faults'},
      {do: 'heal'},
      recovers,
      readsAll,
    ]
    const history = await play(steps, on({name: 'kill'}, '*'), {
      conditions: {tokens: 200, tokensPerSecond: 50},
    })
    expect(validityOf(history)).toEqual(['valid'])
    expect(carriedOut(history)).toEqual(['server-ended', 'server-started'])
    const [view] = serverView(history)
    expect(lastReadings(history)).toEqual([view, view])
  },
)

inABrowser(
  '[FA17] a server that never comes back: the cell ends at its deadline, and what was recorded stays',
  async () => {
    const steps: Step[] = [...opens, {do: 'faults'}, {...recovers, upToMs: 300}, readsAll]
    const history = await play(steps, on({name: 'kill'}, '*'))
    expect(validityOf(history)[0]).toBe('unknown')
    expect(history.footer.failure).toBeNull()
    expect([serverView(history).length, lastReadings(history).length]).toEqual([0, 2])
  },
)

inABrowser(
  '[P1] kept for the way back, discarded, crashed: each tab comes back, and proves what it was',
  async () => {
    const away: Step[] = (['bfcache', 'discarded', 'crashed'] as const).flatMap((state) => [
      {do: 'hold', tab: 'B', state},
      writes,
      {do: 'return', tab: 'B'},
    ])
    const history = await play([...opens, {do: 'begin'}, ...away, recovers, readsAll], null)
    expect(validityOf(history)).toEqual(['valid'])
    const [view] = serverView(history)
    expect(lastReadings(history)).toEqual([view, view])
  },
)

inABrowser(
  'a copy of a tab has its session, and outlives its crash; the next cell meets neither',
  async () => {
    const steps: Step[] = [
      opens[0]!,
      {do: 'type', tab: 'A', words: 3},
      {do: 'duplicate', tab: 'A', as: 'C'},
      {do: 'crash', tab: 'A'},
      {do: 'begin'},
      writes,
      {...recovers, tabs: ['C']},
      {do: 'read', tabs: ['C'], label: 'final'},
    ]
    const history = await play(steps, null)
    expect(validityOf(history)).toEqual(['valid'])
    expect(lastReadings(history)).toEqual(serverView(history))
    const after = await play([...opens, {do: 'begin'}, writes, recovers, readsAll], null)
    expect(validityOf(after)).toEqual(['valid'])
  },
)

inABrowser(
  'a browser that is killed starts again with its profile, and the conversation is there',
  async () => {
    const steps: Step[] = [
      opens[0]!,
      {do: 'open', tab: 'B', device: 'device-2', state: 'visible'},
      {do: 'begin'},
      {do: 'kill-browser', device: 'device-2'},
      writes,
      {do: 'start-browser', device: 'device-2'},
      {do: 'reopen', tab: 'B'},
      recovers,
      readsAll,
    ]
    const history = await play(steps, null)
    expect(validityOf(history)).toEqual(['valid'])
    const [view] = serverView(history)
    expect(lastReadings(history)).toEqual([view, view])
  },
)

inABrowser('the worker that tabs share can be ended', async () => {
  const steps: Step[] = [...opens, {do: 'begin'}, {do: 'end-shared-worker', device: 'device-1'}]
  const history = await play(steps, null, {policy: 'shared-worker'})
  expect(history.footer.failure).toBeNull()
  expect(outcomeOf(history, 'end-shared-worker')).toMatchObject({outcome: 'ok', note: '1 ended'})
})

inABrowser(
  'whoever ends a run in the middle of a fault ends its server, its proxy and its folder',
  async () => {
    const isOurs = (name: string) => name.startsWith(`tabwitness-${process.pid}-own`)
    const folders = () => readdirSync(tmpdir()).filter(isOurs)
    const listening = () => process.getActiveResourcesInfo().filter((what) => what === 'TCPServerWrap').length
    const ending = new AbortController()
    const steps: Step[] = [...opens, {do: 'faults'}, {...recovers, upToMs: 60_000}]
    const schedule = [...on({name: 'blackhole'}, 'B'), ...on({name: 'slow', ms: 5}, '*')]
    const before = listening()
    const played = playToItsEnd(steps, schedule, {signal: ending.signal})
    await expect.poll(() => [folders().length, listening()], {timeout: 10_000}).toEqual([1, before + 1])
    ending.abort(new Error('enough'))
    expect(await played).toBe(false)
    expect([folders(), listening()]).toEqual([[], before])
  },
)
