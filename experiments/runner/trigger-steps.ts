/**
 * Makes happen what may make a channel speak: by the page, by the server, or by another client of the person's. Done when the
 * ledger has it, and the channel of the tab that does nothing has been quiet for a while or the window for it is over.
 */
import {setTimeout as pause} from 'node:timers/promises'
import type {LedgerEvent} from '#protocol/ledger-event.ts'
import {deadline} from '../browser/deadline.ts'
import {monotonicNowMs} from '../browser/clock.ts'
import type {Step, Trigger} from '../scenario/step.ts'
import {OBSERVER} from '../triggers/cause.ts'
import {performAct} from './act-steps.ts'
import type {CellRecorder} from './cell-recorder.ts'
import {deviceOf, nextPrompt, placed, promptText, type CellWorld, type Done} from './cell-world.ts'
import {beginUnlessBegun, closeWindow, holdsWithin} from './measured-window.ts'

type TriggerStep = Extract<Step, {do: 'trigger'}>

const HAPPENS_WITHIN_MS = 8_000
/** Longer than what the frames, or the pushes, of one trigger are apart. */
const QUIET_MS = 300
const LOOK_EVERY_MS = 10
const WORDS = 8
const TITLE_WORDS = 3
const DEFAULT_WINDOW_MS = 3_000
/** The clock of what is scheduled is turned on by as much, so that it is due at once. */
const SCHEDULED_IN_MS = 60_000

const TELLING: readonly LedgerEvent['kind'][] = [
  'committed',
  'renamed',
  'deleted',
  'stopped',
  'task',
  'limit-reached',
  'approval',
]

export async function pullTrigger(step: TriggerStep, world: CellWorld): Promise<Done> {
  const {recorder, steps, signal} = world
  await beginUnlessBegun(world)
  const {promise, resolve} = Promise.withResolvers<true>()
  // What a channel may speak of; a turn has several of them.
  let lastAt = monotonicNowMs()
  const off = recorder.onLedger((event) => {
    if (TELLING.includes(event.kind)) lastAt = event.at
    if (isOf(step.trigger, event)) resolve(true)
  })
  try {
    const done = await pull(step, world)
    if (done !== 'ok') return done
    const hasHappened = await deadline(promise, HAPPENS_WITHIN_MS, step.trigger).catch(() => false)
    signal.throwIfAborted()
    if (!hasHappened) return {outcome: 'not-met', note: `the ledger says nothing of it: ${step.trigger}`}
    // What a turn begins with is watched until it is complete.
    if (!isAwaitedNext(step, world)) await recorder.waiting(() => becomesQuiet(() => lastAt, world))
  } finally {
    off()
  }
  if (step === steps.findLast((each) => each.do === 'trigger'))
    await closeWindow('main', [...world.scene.placed.keys()], world)
  return 'ok'
}

const isAwaitedNext = (step: TriggerStep, {steps}: CellWorld): boolean => {
  const next = steps[steps.indexOf(step) + 1]
  return step.trigger === 'message sent' && next?.do === 'trigger' && next.trigger === 'turn complete'
}

async function pull({trigger, tab}: TriggerStep, world: CellWorld): Promise<Done> {
  switch (trigger) {
    case 'message sent':
      return send(actorOf(tab), world)
    case 'turn complete':
      return 'ok'
    case 'title given':
      return beginAnew(actorOf(tab), world)
    case 'renamed':
      return performAct({do: 'rename', tab: actorOf(tab), words: TITLE_WORDS}, world)
    case 'deleted':
      return performAct({do: 'delete', tab: actorOf(tab)}, world)
    case 'stopped':
      return stop(actorOf(tab), world)
    case 'sent on another device': {
      const text = await promptText(world, 'elsewhere', WORDS)
      await world.server.control.sendFromElsewhere(world.user.id, world.conversationId, text)
      return 'ok'
    }
    default:
      await pullOnServer(trigger, world)
      return 'ok'
  }
}

type OnServer = Extract<
  Trigger,
  | 'task started'
  | 'task progressed'
  | 'task done'
  | 'scheduled task'
  | 'limit reached'
  | 'tool approval asked'
>

/** The task that a cell has begun. */
const taskOf = new WeakMap<CellRecorder, string>()

async function pullOnServer(trigger: OnServer, world: CellWorld): Promise<void> {
  const {recorder, conversationId} = world
  const {control} = world.server
  const userId = world.user.id
  const task = () => {
    const taskId = taskOf.get(recorder)
    if (taskId === undefined) throw new TypeError('no task was started in this cell')
    return taskId
  }
  switch (trigger) {
    case 'task started': {
      const {taskId} = await control.startTask(userId, conversationId)
      taskOf.set(recorder, taskId)
      return
    }
    case 'task progressed':
      return control.progressTask(task())
    case 'task done':
      return control.completeTask(task())
    case 'scheduled task':
      await control.scheduleTask(userId, conversationId, SCHEDULED_IN_MS)
      return control.turnClock(SCHEDULED_IN_MS)
    case 'limit reached':
      return control.reachLimit(userId)
    case 'tool approval asked':
      await control.askApproval(userId, conversationId)
  }
}

function actorOf(tab: string | null): string {
  if (tab === null) throw new TypeError('this trigger needs a tab that pulls it')
  return tab
}

async function send(name: string, world: CellWorld): Promise<Done> {
  const text = await nextPrompt(world, WORDS)
  world.recorder.live.sends(name)
  await placed(world, name).tab.send(text)
  return 'ok'
}

/** The first message of a new chat: its first answer gives it its title. */
async function beginAnew(name: string, world: CellWorld): Promise<Done> {
  const {tab} = placed(world, name)
  if (tab.click === undefined) throw new TypeError('this browser cannot be told to click')
  if (!(await tab.click('button.sidebar__new')))
    return {outcome: 'not-met', note: 'the page offers no new chat'}
  return send(name, world)
}

async function stop(name: string, world: CellWorld): Promise<Done> {
  await send(name, world)
  const isWriting = await holdsWithin((live) => live.isWriting(name), HAPPENS_WITHIN_MS, world)
  if (!isWriting) return {outcome: 'not-met', note: 'no answer was being written'}
  return performAct({do: 'stop', tab: name}, world)
}

function isOf(trigger: Trigger, event: LedgerEvent): boolean {
  switch (trigger) {
    case 'message sent':
    case 'sent on another device':
      return event.kind === 'committed' && event.role === 'user'
    case 'turn complete':
      return event.kind === 'committed' && event.role === 'assistant'
    case 'title given':
    case 'renamed':
      return event.kind === 'renamed'
    case 'deleted':
    case 'stopped':
      return event.kind === trigger
    case 'task started':
      return event.kind === 'task' && event.phase === 'started'
    case 'task progressed':
      return event.kind === 'task' && event.phase === 'progressed'
    case 'task done':
    case 'scheduled task':
      return event.kind === 'task' && event.phase === 'completed'
    case 'limit reached':
      return event.kind === 'limit-reached'
    case 'tool approval asked':
      return event.kind === 'approval' && event.phase === 'asked'
  }
}

/** Something was heard since the last that happened, and then nothing more; or the window is over. */
async function becomesQuiet(lastAt: () => number, world: CellWorld): Promise<void> {
  const {recorder, spec, signal} = world
  const windowMs = Number(spec.conditions['windowMs'] ?? DEFAULT_WINDOW_MS)
  const device = deviceOf(OBSERVER, world)
  for (;;) {
    const now = monotonicNowMs()
    const heardAt = recorder.capture.lastHeardAt(OBSERVER, device)
    if (now >= lastAt() + windowMs || (heardAt > lastAt() && now - heardAt >= QUIET_MS)) return
    await pause(LOOK_EVERY_MS, undefined, {signal})
  }
}
