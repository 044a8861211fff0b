/** Small recorded runs for tests: a folder with a manifest and the histories that are told. */
import {mkdirSync, mkdtempSync, writeFileSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {
  accepts,
  acks,
  asks,
  beacon,
  commits,
  delivers,
  health,
  hears,
  historyOf,
  holds,
  knows,
  lifecycle,
  opens,
  pushSent,
  reads,
  rivalSees,
  sends,
  shows,
  step,
  stores,
  ticks,
  wakes,
  windowCloses,
  windowOpens,
} from '../history/history-builder.ts'
import type {Told} from '../history/history-builder.ts'
import {cellId} from '../history/cell-id.ts'
import type {CellSpec, History} from '../history/history-event.ts'
import {HistoryWriter} from '../history/history-writer.ts'
import type {Manifest} from '../history/manifest.ts'
import {historyFile, runFolder} from '../history/run-folder.ts'
import type {RunFolder} from '../history/run-folder.ts'

export const aManifest = (about: Partial<Manifest> = {}): Manifest => ({
  format: 1,
  runId: 'run-1',
  startedAt: '2026-11-21T03:58:12.004Z',
  finishedAt: '2026-11-21T03:59:30.100Z',
  suite: 'quick',
  seed: 'seed',
  experiments: ['calibration', 'cross-tab-staleness'],
  choice: {policies: null, states: null, repetitions: null, windowMs: null, modelSpeed: null},
  windowMs: 4_000,
  modelSpeed: 5,
  commit: '9fe329d',
  versions: {node: '26.10.0', chromium: 'Chromium 156', tabwitness: '0.1.0', packages: {ws: '8.23.0'}},
  machine: {
    cpus: 2,
    cpuModel: 'A processor',
    memoryBytes: 2 ** 33,
    platform: 'linux',
    loadAverage: [1, 1, 1],
  },
  order: [],
  repeated: [],
  earlierCalibration: null,
  skipped: [],
  ...about,
})

const spec = (about: Partial<CellSpec>): CellSpec => ({
  experiment: 'cross-tab-staleness',
  platform: 'chatgpt',
  policy: 'observed',
  conditions: {state: 'visible', place: 'same-browser', windowMs: 4_000, modelSpeed: 5},
  seed: 'seed',
  repetition: 1,
  ...about,
})

const historyOfCell = (cell: CellSpec, told: readonly Told[]): History =>
  historyOf(told, {cell, cellId: cellId(cell), footer: {wallMs: 4_900, waitedMs: 4_700}})

/** A sends m1; B shows it after so many milliseconds, or not at all, and is right after a refresh. */
export function stalenessCell(
  policy: string,
  shownAfterMs: number | null,
  more: readonly Told[] = [],
  repetition = 1,
): History {
  const shown = shownAfterMs === null ? [] : [shows(1_010 + shownAfterMs, 'B', 'm1')]
  const delivered = shownAfterMs === null ? [] : [delivers(1_011, 'B', ['m1'])]
  return historyOfCell(spec({policy, repetition}), [
    ...['A', 'B'].flatMap((tab) => [
      opens(10, tab),
      lifecycle(11, tab, 'loaded', 'visible'),
      holds(12, tab, 'visible'),
      ticks(13, 4_990, tab, 99),
    ]),
    windowOpens(1_000, 'main', 4_000),
    sends(1_001, 'A', 'm1'),
    commits(1_010, 'm1', {parentId: 'root'}),
    ...delivered,
    ...shown,
    windowCloses(5_000, 'main', 4_000),
    step(5_001, 4, 'refresh', 'began'),
    windowOpens(5_002, 'refresh', 4_000),
    shows(5_100, 'B', 'm1'),
    step(5_110, 4, 'refresh', 'ended'),
    windowCloses(5_200, 'refresh', 4_000),
    reads(5_210, 'B', 'after-refresh', 'm1'),
    health(5_220),
    ...more,
  ])
}

/**
 * The same on Claude.ai: m1 is pushed, heard by the worker and by B, and shown after so many milliseconds. `delivery` is
 * raw, or a model's.
 */
export const pushCell = (policy: string, shownAfterMs: number, delivery = 'raw'): History =>
  historyOfCell(
    spec({
      platform: 'claude',
      policy,
      conditions: {state: 'visible', place: 'same-browser', windowMs: 4_000, modelSpeed: 5, delivery},
    }),
    [
      knows(5, 'laptop', '1'),
      ...['A', 'B'].flatMap((tab) => [
        opens(10, tab),
        lifecycle(11, tab, 'loaded', 'visible'),
        holds(12, tab, 'visible'),
        ticks(13, 4_990, tab, 99),
      ]),
      windowOpens(1_000, 'main', 4_000),
      sends(1_001, 'A', 'm1'),
      commits(1_010, 'm1', {parentId: 'root'}),
      asks(1_010.5, 'p1', ['m1']),
      accepts(1_011, 'p1'),
      stores(1_011.5, 'p1'),
      pushSent(1_012, 'p1'),
      acks(1_014, 'p1'),
      wakes(1_013, 'laptop', 'p1'),
      hears(1_009.5 + shownAfterMs, 'B', 'p1', ['m1']),
      shows(1_010 + shownAfterMs, 'B', 'm1'),
      windowCloses(5_000, 'main', 4_000),
      health(5_220),
    ],
  )

/** Commits come back after the injected delay and 2 ms; the witness is 0.05 ms late. */
export function calibrationCell(channelDelayMs: number): History {
  const ids = [1, 2, 3, 4].map((n) => `m${n}`)
  return historyOfCell(
    spec({experiment: 'calibration', policy: 'content', conditions: {state: 'visible', channelDelayMs}}),
    [
      opens(10, 'B'),
      lifecycle(11, 'B', 'loaded', 'visible'),
      holds(12, 'B', 'visible'),
      ticks(13, 2_900, 'B', 58),
      ...ids.flatMap((id, n) => [beacon(100 + n, 'B', id, 'true'), beacon(100.05 + n, 'B', id, 'shown')]),
      windowOpens(1_000),
      ...ids.flatMap((id, n) => [
        commits(1_100 + n * 50, id, {parentId: n === 0 ? 'root' : `m${n}`}),
        shows(1_102 + n * 50 + channelDelayMs, 'B', ...ids.slice(0, n + 1)),
      ]),
      windowCloses(2_900),
      health(2_950),
    ],
  )
}

export const rivalCell = (): History =>
  historyOfCell(spec({experiment: 'calibration', policy: 'content', conditions: {rival: 'playwright'}}), [
    opens(10, 'R1'),
    lifecycle(11, 'R1', 'loaded', 'visible'),
    holds(12, 'R1', 'visible'),
    ...['b1', 'b2'].flatMap((name, n) => [
      beacon(100 + n * 600, 'R1', name, 'true'),
      beacon(100.1 + n * 600, 'R1', name, 'shown'),
      rivalSees(120 + n * 600, 'R1', name),
    ]),
    health(900),
  ])

/** Writes the run into a temporary folder, which the caller removes. */
export function recordRun(histories: readonly History[], about: Partial<Manifest> = {}): RunFolder {
  const folder = runFolder(mkdtempSync(join(tmpdir(), 'tabwitness-report-')))
  mkdirSync(folder.cells)
  const order = histories.map(({header}) => header.cellId)
  writeFileSync(folder.manifest, JSON.stringify(aManifest({order, ...about})))
  for (const {header, events, footer} of histories) {
    using writer = new HistoryWriter(historyFile(folder, header.cellId), header)
    for (const {line: _, ...event} of events.toSorted((a, b) => a.line - b.line)) writer.append(event)
    writer.finish(footer)
  }
  return folder
}
