/**
 * Claude's real page in a stock Chromium with the real Firebase SDK, while pushes go wrong, its registration dies and its
 * server is killed in mid-answer. In full size, because a page checks its place every 15 s.
 */
import {mkdtempSync, rmSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {afterAll, beforeAll, describe, expect, test} from 'vitest'
import type {PolicyName} from '#protocol/policy.ts'
import {defaultModelSettings} from '../../servers/model/model-settings.ts'
import {openDevice} from '../browser/chromium.ts'
import {judge} from '../checkers/judge.ts'
import type {Fault, FaultSchedule} from '../history/fault.ts'
import type {CellSpec, History} from '../history/history-event.ts'
import {readHistory} from '../history/history-reader.ts'
import {playCell} from '../runner/play-cell.ts'
import {startPushBackEnd, withRegistrar, type PushBackEnd, type PushPart} from '../runner/push-back-end.ts'
import {startServerProcess, type ServerProcess} from '../runner/server-process.ts'
import {Stage} from '../runner/stage.ts'
import type {Step} from '../scenario/step.ts'
import {findBrowser} from '../setup/find-browser.js'
import {inProject} from '../setup/project.js'

const browserPath = await findBrowser()
const folder = mkdtempSync(join(tmpdir(), 'tabwitness-claude-faults-'))
const model = {
  ...defaultModelSettings,
  firstTokenDelayMs: [0, 0],
  tokensPerSecond: [60, 60],
  tokens: [200, 200],
} as const
const settings = {
  seed: 'claude-faults',
  pageFolder: inProject('clients/page/dist'),
  carriage: 'content',
  model,
  userCount: 0,
} as const
let backEnd: PushBackEnd
let server: ServerProcess
let stage: Stage
let push: PushPart

beforeAll(async () => {
  if (browserPath === null) return
  backEnd = await startPushBackEnd(folder)
  const {addresses} = backEnd.fcm
  server = await startServerProcess({...settings, port: 0, store: null, fcm: addresses})
  stage = new Stage((name, throttlesEarly) =>
    openDevice({name, browserPath, throttlesEarly, flags: addresses.chromiumArgs}),
  )
  push = withRegistrar(backEnd, server)
})
afterAll(async () => {
  await stage?.close()
  await server?.close()
  await backEnd?.fcm.close()
  rmSync(folder, {recursive: true, force: true, maxRetries: 5})
})

let cells = 0

async function play(
  policy: PolicyName,
  schedule: FaultSchedule | null,
  steps: readonly Step[],
): Promise<History> {
  const id = `cell${++cells}`
  const spec: CellSpec = {
    experiment: 'test',
    platform: 'claude',
    policy,
    conditions: {},
    seed: 's',
    repetition: 1,
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
  const serverOptions = {...settings, fcm: backEnd.fcm.addresses}
  const place = {server, serverOptions, stage, push, label: id, file, signal: new AbortController().signal}
  await playCell(
    {id, spec, experiment, schedule, script: null},
    {...place, browserPath: browserPath ?? '', browserVersion: 'Chromium'},
  )
  const read = readHistory(file)
  if (!read.ok) throw new Error(read.why)
  return read.history
}

const opens: Step[] = [
  {do: 'open', tab: 'A', device: 'device-1', state: 'visible'},
  {do: 'open', tab: 'B', device: 'device-2', state: 'visible'},
]
const writes: Step = {do: 'write', count: 2, everyMs: 30}
const recovers = (upToMs: number): Step => ({do: 'recover', tabs: ['A', 'B'], upToMs})
const final: Step = {do: 'read', tabs: ['A', 'B'], label: 'final'}
const midAnswer: Step[] = [
  {do: 'send', tab: 'A', words: 4},
  {do: 'await-answer', tab: 'A', chars: 30, upToMs: 9_000},
]
const on = (fault: Fault, healAtMs: number | null): FaultSchedule => [
  {atMs: 0, healAtMs, owner: '*', on: 'everything', fault},
]

/** Which of the tabs show at the end exactly what the server has. */
function equalTo({events}: History): readonly string[] {
  const view = events.findLast((event) => event.kind === 'server-view')?.view
  const served = view?.map(({id, textHash}) => [id, textHash])
  return ['A', 'B'].filter((tab) => {
    const reading = events.findLast(
      (event) => event.kind === 'witness' && event.tab === tab && event.event.kind === 'reading',
    )
    if (reading?.kind !== 'witness' || reading.event.kind !== 'reading') return false
    const shown = reading.event.view.map(({id, textHash}) => [id, textHash])
    return JSON.stringify(shown) === JSON.stringify(served)
  })
}
const heardBy = ({events}: History, tab: string) =>
  events.filter(
    (event) =>
      event.kind === 'witness' &&
      event.tab === tab &&
      event.event.kind === 'received' &&
      event.event.via === 'fcm',
  ).length
const validityOf = (history: History) => judge(history, null).validity

describe.skipIf(browserPath === null)('in a stock Chromium', () => {
  test('[CC51] a dead registration is found by the check, and pushes are heard again by another token', async () => {
    const steps = [
      ...opens,
      {do: 'faults'},
      writes,
      {do: 'heal'},
      recovers(25_000),
      writes,
      recovers(25_000),
      final,
    ] as const
    const history = await play('content+resume+probe', on({name: 'token-expired'}, null), steps)
    expect(validityOf(history)).toBe('valid')
    expect(equalTo(history)).toEqual(['A', 'B'])
    // What a check brings before its push is there by both ways, and the cell may end before the later one.
    expect(heardBy(history, 'A')).toBeGreaterThan(0)
    expect(heardBy(history, 'B')).toBeGreaterThan(0)
  }, 90_000)

  test('[CC50] without the check nobody hears anything any more', async () => {
    const steps = [...opens, {do: 'faults'}, writes, {do: 'heal'}, recovers(3_000), final] as const
    const history = await play('content+resume', on({name: 'token-expired'}, null), steps)
    expect(equalTo(history)).toEqual([])
    expect([heardBy(history, 'A'), heardBy(history, 'B')]).toEqual([0, 0])
  }, 60_000)

  test.each<Fault>([{name: 'push-drop'}, {name: 'push-duplicate'}, {name: 'push-reorder', withinMs: 300}])(
    '[CC41] [CC42] under $name both tabs end with everything, once',
    async (fault) => {
      const steps = [...opens, {do: 'faults'}, writes, {do: 'heal'}, recovers(25_000), final] as const
      const history = await play('content+resume+probe', on(fault, 400), steps)
      expect(validityOf(history)).toBe('valid')
      expect(equalTo(history)).toEqual(['A', 'B'])
    },
    60_000,
  )

  test.each<[PolicyName, readonly string[]]>([
    ['content+resume+probe', ['A', 'B']],
    ['observed', ['A']],
  ])(
    '[CC15] [TU27] killed in mid-answer, under %s these end with the server’s text: %j',
    async (policy, fresh) => {
      const steps = [
        ...opens,
        ...midAnswer,
        {do: 'faults'},
        recovers(fresh.length > 1 ? 30_000 : 12_000),
        final,
      ] as const
      const history = await play(policy, on({name: 'kill'}, 500), steps)
      expect(validityOf(history)).toBe('valid')
      expect(equalTo(history)).toEqual(fresh)
    },
    90_000,
  )
})
