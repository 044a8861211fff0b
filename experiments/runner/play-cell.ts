/** Plays one cell from a fresh user to its footer. What goes wrong in it is written into its history, never thrown. */
import {monotonicNowMs} from '../browser/clock.ts'
import {deadline} from '../browser/deadline.ts'
import {textSeedOf} from '../history/cell-id.ts'
import type {FaultSchedule} from '../history/fault.ts'
import type {CellSpec} from '../history/history-event.ts'
import {HistoryWriter} from '../history/history-writer.ts'
import {inWords, type Step} from '../scenario/step.ts'
import {captureCell} from './cell-capture.ts'
import {performAct} from './act-steps.ts'
import type {CellPush} from './cell-push.ts'
import {CellRecorder} from './cell-recorder.ts'
import {clearTabs, openGround} from './cell-ground.ts'
import {createPeople} from './cell-people.ts'
import type {CellWorld} from './cell-world.ts'
import {watchHealth} from './health.ts'
import {isOpen, layout, throttlesEarly} from './layout.ts'
import {perform} from './perform.ts'
import {stepsOf, type PlannedCell} from './plan.ts'
import {openCellPush, type PushPart} from './push-back-end.ts'
import type {OwnServerOptions} from './own-server.ts'
import type {ServerProcess} from './server-process.ts'
import type {Stage} from './stage.ts'
import {openTabs} from './tab-steps.ts'

export type CellPlace = {
  readonly server: ServerProcess
  /** For a cell that ends its server: what the run's own was started with. */
  readonly serverOptions: OwnServerOptions
  readonly stage: Stage
  /** Null where no platform of the run pushes. */
  readonly push: PushPart | null
  /** Names the cell's own origin; another one for every time that the cell is played. */
  readonly label: string
  readonly browserPath: string
  readonly browserVersion: string
  /** Where the history goes; must not exist yet. */
  readonly file: string
  readonly signal: AbortSignal
}

/** Resolves to false when the signal ended the cell before its footer: the cell is not done. */
export async function playCell(cell: PlannedCell, place: CellPlace): Promise<boolean> {
  const {id, spec, experiment, schedule, script} = cell
  const startedAt = monotonicNowMs()
  const steps = stepsOf(cell)
  using writer = new HistoryWriter(place.file, {
    at: startedAt,
    cellId: id,
    cell: spec,
    steps: steps.map(inWords),
    ...(schedule !== null && {schedule: [...schedule]}),
    ...(script !== null && {script: [...script]}),
    browser: place.browserVersion,
    alone: experiment.runs === 'alone',
  })
  const recorder = new CellRecorder(writer)
  const leaving: Leave[] = []
  const played = await failureOf(() =>
    playSteps(
      {textSeed: textSeedOf(spec), spec, steps, schedule, isScripted: script !== null},
      recorder,
      place,
      leaving,
    ),
  )
  // Whatever has begun ends, the last first, whether or not another can.
  const left: (string | null)[] = []
  for (const leave of leaving.toReversed()) left.push(await failureOf(leave))
  if (place.signal.aborted) return false

  const at = monotonicNowMs()
  const failure = played ?? left.find((each) => each !== null) ?? null
  writer.finish({at, wallMs: at - startedAt, waitedMs: recorder.waitedMs, failure})
  return true
}

/** Once all has healed, what was sent last is to reach the server; what never will is not waited for longer. Rule RP9. */
const SETTLE_AT_MOST_MS = 5_000

const HEAL_TIMEOUT_MS = 5_000

type Leave = () => unknown

type Play = {
  readonly textSeed: string
  readonly spec: CellSpec
  readonly steps: readonly Step[]
  readonly schedule: FaultSchedule | null
  readonly isScripted: boolean
}

async function failureOf(act: () => unknown): Promise<string | null> {
  try {
    await act()
    return null
  } catch (error) {
    return error instanceof Error ? error.message : String(error)
  }
}

async function playSteps(
  {textSeed, spec, steps, schedule, isScripted}: Play,
  recorder: CellRecorder,
  place: CellPlace,
  leaving: Leave[],
): Promise<void> {
  const {stage, signal} = place
  const endHealth = watchHealth()
  const ground = await openGround({spec, schedule, seed: textSeed}, recorder, place)
  leaving.push(() => ground.close())
  const {server, site} = ground
  await server.control.eventLoopDelay()
  const people = await createPeople({server, recorder, spec, steps, platform: site.platform, seed: textSeed})
  leaving.push(() => people.leave(ground.isServed()))
  const plans = layout(steps)
  const early = throttlesEarly(steps.filter(isOpen).map(({state}) => state))
  const opening = [
    people.settle(),
    stage
      .set(plans, early, (name, tab) => tab.onSighting((sighting) => recorder.sighting(name, sighting)))
      .then((set) => {
        leaving.push(() => set.leave())
        return set
      }),
    cellPush(spec, textSeed, recorder, place, {
      origin: site.origin,
      devices: [...new Set(plans.map(({device}) => device))],
      throttlesEarly: early,
    }).then((opened) => {
      if (opened !== null) leaving.push(async () => opened.leave())
      return opened
    }),
  ] as const
  // When one of them fails, the others have to be there before they can be left.
  await Promise.allSettled(opening)
  const [{first, second}, scene, push] = await Promise.all(opening)
  const faults = ground.stageFor(scene, push)
  if (faults !== null) {
    leaving.push(() => clearTabs(scene))
    leaving.push(async () => {
      // A tab that was left offline would be so for the cell that gets it next. What comes of it is no part of this one.
      recorder.leaveTabs()
      await deadline(faults.heal(), HEAL_TIMEOUT_MS, 'the faults to heal')
      await faults.stop()
    })
  }

  const {browserPath} = place
  const world = {spec, server, site, scene, push, faults, browserPath, recorder, ...first, second}
  const playing = {...world, textSeed, signal, steps, isScripted}
  if (steps.some((step) => step.do === 'trigger')) leaving.push(await captureCell(playing))
  await performAll(playing)
  await push?.settle()
  await push?.hear()
  if (faults?.failure) throw faults.failure

  // The answer comes after everything the server had recorded until now. A server that is gone tells nothing.
  if (!ground.isServed()) return
  const {p99Ms} = await server.control.eventLoopDelay()
  recorder.health(endHealth(), p99Ms)
}

async function cellPush(
  spec: CellSpec,
  textSeed: string,
  recorder: CellRecorder,
  {push, stage}: CellPlace,
  where: {
    readonly origin: string
    readonly devices: readonly string[]
    readonly throttlesEarly: boolean
  },
): Promise<CellPush | null> {
  if (spec.platform !== 'claude') return null
  if (push === null) throw new TypeError('there is no push back end in this run')
  return openCellPush(spec, textSeed, {part: push, stage, recorder, ...where})
}

async function performAll(world: CellWorld): Promise<void> {
  const {recorder, steps, signal} = world
  const opens = steps.filter(isOpen)
  for (const [index, step] of steps.entries()) if (isOpen(step)) recorder.stepBegan(index, step)
  await openTabs(world, opens)
  for (const [index, step] of steps.entries()) if (isOpen(step)) recorder.stepEnded(index, step)

  for (const [index, step] of steps.entries()) {
    if (isOpen(step)) continue
    signal.throwIfAborted()
    recorder.stepBegan(index, step)
    const done = await perform(step, world)
    if (typeof done === 'string') recorder.stepEnded(index, step, done)
    else recorder.stepEnded(index, step, done.outcome, done.note)
  }
  if (!world.isScripted) return
  await world.faults?.heal()
  await performAct({do: 'settle', upToMs: SETTLE_AT_MOST_MS}, world)
}
