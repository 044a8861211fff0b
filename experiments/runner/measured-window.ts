/** The measured windows of a cell: opened, watched until all is shown or the time is up, closed. */
import {setTimeout as pause} from 'node:timers/promises'
import {monotonicNowMs} from '../browser/clock.ts'
import type {Step} from '../scenario/step.ts'
import type {WindowName} from './cell-recorder.ts'
import {placed, promptText, type CellWorld, type Outcome} from './cell-world.ts'
import type {LiveView} from './live-view.ts'

/** Answers have two messages: the person's and the model's. */
const MESSAGES_PER_SEND = 2
const FIRST_COMMIT_TIMEOUT_MS = 6_000

/** From now on committed messages are expected to be shown. */
export async function beginMain(world: CellWorld, limitMs?: number): Promise<void> {
  await world.push?.census()
  world.recorder.live.startCounting()
  openWindow('main', world, limitMs)
}

/** In a cell that says itself when it begins, nothing else opens the main window; in others what happens first does. */
export async function beginUnlessBegun(world: CellWorld): Promise<void> {
  if (world.recorder.live.isCounting || world.steps.some((step) => step.do === 'begin')) return
  await beginMain(world)
}

/**
 * A window that is open already, because several tabs came back one after another, goes on. One that nobody would close
 * is not opened: nothing is measured in it.
 */
export function openWindow(name: WindowName, {recorder, steps}: CellWorld, limitMs?: number): void {
  if (recorder.openWindows.includes(name)) return
  const closing = steps.find(
    (step) => (step.do === 'watch' && step.window === name) || (step.do === 'recover' && name === 'main'),
  )
  const isClosed =
    closing !== undefined || steps.some(({do: what}) => ['recover', 'commit', 'trigger'].includes(what))
  if (!isClosed) return
  recorder.windowOpened(name, limitMs ?? (closing !== undefined && 'upToMs' in closing ? closing.upToMs : 0))
}

export async function watch(step: Extract<Step, {do: 'watch'}>, world: CellWorld): Promise<Outcome> {
  const {recorder, signal} = world
  const {live} = recorder
  if (live.committedCount === 0) {
    const limit = AbortSignal.any([signal, AbortSignal.timeout(FIRST_COMMIT_TIMEOUT_MS)])
    await live.until(() => live.committedCount > 0, limit)
  }
  const met = await shownWithin(step.tabs, expectedCount(world), step.upToMs, world)
  await closeWindow(step.window, step.tabs, world)
  return met ? 'ok' : 'not-met'
}

/** A window that begins after the send is about the answers alone. */
function expectedCount({steps}: CellWorld): number {
  const perSend = steps.some((step) => step.do === 'begin') ? 1 : MESSAGES_PER_SEND
  return steps.reduce((sum, step) => {
    if (step.do === 'send') return sum + perSend
    return step.do === 'write' ? sum + step.count : sum
  }, 0)
}

/** Messages committed by the server itself; what becomes of them is watched later. */
export async function write(step: Extract<Step, {do: 'write'}>, world: CellWorld): Promise<Outcome> {
  await commitEach('write', step, world)
  return 'ok'
}

/** Messages committed by the server itself, on a schedule that does not drift, and then time for the last to arrive. */
export async function commit(step: Extract<Step, {do: 'commit'}>, world: CellWorld): Promise<Outcome> {
  const afterLastMs = Number(world.spec.conditions['channelDelayMs']) + 1_000
  await beginMain(world, step.count * step.everyMs + afterLastMs)
  await commitEach('commit', step, world)
  const met = await shownWithin(step.tabs, step.count, afterLastMs, world)
  await closeWindow('main', step.tabs, world)
  return met ? 'ok' : 'not-met'
}

async function commitEach(
  key: string,
  {count, everyMs}: {readonly count: number; readonly everyMs: number},
  world: CellWorld,
): Promise<void> {
  const {server, user, conversationId, signal} = world
  const texts: string[] = []
  for (let index = 0; index < count; index++) texts.push(await promptText(world, `${key}-${index}`, 8))
  const from = monotonicNowMs()
  for (const [index, text] of texts.entries()) {
    await pause(Math.max(0, from + index * everyMs - monotonicNowMs()), undefined, {signal})
    await server.control.commitMessage(user.id, conversationId, text)
  }
}

const shownWithin = (tabs: readonly string[], expected: number, upToMs: number, world: CellWorld) =>
  holdsWithin((live) => live.isShown(tabs, expected), upToMs, world)

/** Whether it did; only the end of the run throws. */
export async function holdsWithin(
  holds: (live: LiveView) => boolean,
  upToMs: number,
  {recorder: {live}, signal}: CellWorld,
): Promise<boolean> {
  const late = AbortSignal.timeout(upToMs)
  try {
    await live.until(() => holds(live), AbortSignal.any([signal, late]))
    return true
  } catch (error) {
    if (signal.aborted || !late.aborted) throw error
    return false
  }
}

/** The tabs' tick counts are read before the window closes: the proof of the state covers all of it. */
export async function closeWindow(
  name: WindowName,
  tabs: readonly string[],
  world: CellWorld,
): Promise<void> {
  const present = tabs.map((tab) => placed(world, tab)).filter(({away}) => away === null)
  // A page that could not load has nobody who could say anything.
  await Promise.all(present.map(async ({tab}) => tab.evaluate('globalThis.tabwitness?.reportTicks()')))
  world.recorder.windowClosed(name)
  if (name !== 'main') return
  await world.push?.census()
  await world.push?.hear()
}
