import {expect, test} from 'vitest'
import {cellId} from '../history/cell-id.ts'
import type {CellSpec} from '../history/history-event.ts'
import {parseHistory} from '../history/history-reader.ts'
import {plan} from '../runner/plan.ts'
import {inWords, type Step} from '../scenario/step.ts'
import {experimentNamed, experiments} from '../scenarios/registry.ts'
import {plannedFrom} from './planned-from.ts'

const everything = {
  suite: 'quick',
  seed: 's',
  browsers: ['chromium'],
  platforms: null,
  policies: null,
} as const
const unchanged = {
  states: null,
  deliveries: null,
  hazards: null,
  repetitions: null,
  windowMs: null,
  modelSpeed: null,
  schedule: null,
}
const cells = plan(experiments, {...everything, ...unchanged})
const chosen = cells.find(({spec}) => spec.experiment === 'cross-tab-staleness')!
const {spec} = chosen
const ownSteps = chosen.experiment.steps(spec)

type Told = {
  readonly cell?: CellSpec
  readonly steps?: readonly string[]
  readonly header?: object
  readonly events?: readonly object[]
}

/** As a file has it. */
function recorded({cell = spec, steps = ownSteps.map(inWords), header = {}, events = []}: Told) {
  const lines = [
    {
      kind: 'header',
      format: 4,
      at: 1_000,
      cellId: cellId(cell),
      cell,
      steps,
      browser: 'Chromium 156',
      alone: false,
      ...header,
    },
    ...events,
    {kind: 'footer', at: 9_000, lines: events.length + 2, wallMs: 8_000, waitedMs: 0, failure: null},
  ]
  const read = parseHistory(lines.map((line) => `${JSON.stringify(line)}\n`).join(''))
  if (!read.ok) throw new Error(read.why)
  return read.history
}

const refusal = (told: Told) => {
  const planned = plannedFrom(recorded(told))
  return planned.ok ? null : `line ${planned.line}: ${planned.why}`
}

test.each(cells.filter(({spec: {repetition}}) => repetition === 1))(
  '[RP1] $id of $spec.experiment is planned from its record as it was planned for its run',
  (cell) => {
    const steps = cell.experiment.steps(cell.spec).map(inWords)
    const header = cell.schedule === null ? {} : {schedule: cell.schedule}
    expect(plannedFrom(recorded({cell: cell.spec, steps, header}))).toEqual({ok: true, cell})
  },
)

const script: readonly Step[] = [
  {do: 'open', tab: 'A', device: 'device-1', state: 'visible'},
  {do: 'send', tab: 'A', words: 2},
]

test('[RP1] steps of its own are played as the record has them, under the name that they have', () => {
  const first = plannedFrom(recorded({header: {script}}))
  expect(first).toMatchObject({ok: true, cell: {script, schedule: null}})
  if (!first.ok) return
  const again = plannedFrom(recorded({cell: first.cell.spec, header: {script}}))
  expect(again).toEqual(first)
  expect(first.cell.experiment).toBe(experimentNamed('cross-tab-staleness'))
})

const step = (index: number, what: string, tab: string | null) => ({
  kind: 'step',
  at: 2_000,
  index,
  do: what,
  tab,
  phase: 'began',
  outcome: 'ok',
  note: null,
})

const committed = {
  kind: 'ledger',
  at: 500,
  event: {
    kind: 'committed',
    at: 500,
    userId: 'u',
    conversationId: 'c',
    messageId: 'm',
    parentId: null,
    role: 'user',
    chars: 3,
    textHash: 'h',
  },
}

test.each<[Told, string]>([
  [
    {cell: {...spec, experiment: 'teleport'}},
    'line 1: the experiment "teleport" is unknown to this version of Tabwitness; known are calibration, ',
  ],
  [{cell: {...spec, platform: 'elsewhere'}}, 'line 1: the platform "elsewhere" is unknown to this version'],
  [
    {cell: {...spec, policy: 'hope'}},
    'line 1: the policy "hope" is unknown to this version of Tabwitness; known',
  ],
  [
    {steps: ['A opens']},
    `line 1: the cell had 1 steps and has ${ownSteps.length} now; it was recorded by another version of cross-tab-staleness`,
  ],
  [
    {events: [step(0, 'open', 'Z')]},
    'line 2: step 1 was "open" of Z and is "open" of A now; it was recorded by another version',
  ],
  [
    {header: {script: [{do: 'fly'}]}},
    'line 1: step 1 of the script: the step "fly" is unknown; accepted are open,',
  ],
  [{header: {script: [script[1]]}}, 'line 1: the steps make no sense: no step opens a tab'],
  [
    {header: {script: [script[0], {do: 'send', tab: 'B', words: 1}]}},
    'line 1: the steps make no sense: step 2 (send): no step opens B',
  ],
  [
    {header: {script, schedule: []}},
    'line 1: the steps make no sense: there is a fault schedule, and no step plays it',
  ],
  [{events: [committed]}, 'line 2: it is older than the history'],
  [{events: [{...step(0, 'open', 'A'), at: 500}]}, 'line 2: a step is older than what stands before it'],
  [
    {events: [step(0, 'open', 'A'), {...step(1, 'open', 'B'), at: 1_500}]},
    'line 3: a step is older than what stands before it',
  ],
  [
    {
      cell: {...spec, conditions: {...spec.conditions, browser: 'firefox'}},
      header: {script: [script[0], {do: 'crash', tab: 'A'}]},
    },
    'line 1: WebDriver BiDi has no way to crash a page of Firefox',
  ],
])('[RP8] a record that cannot be played is refused with its line: %#', (told, sentence) => {
  expect(refusal(told)).toContain(sentence)
})
