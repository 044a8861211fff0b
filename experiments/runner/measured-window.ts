/** The measured windows of a cell: opened, watched until all is shown or the time is up, closed. */
import {setTimeout as pause} from 'node:timers/promises'
import {monotonicNowMs} from '../browser/clock.ts'
import type {Step} from '../scenario/step.ts'
import type {WindowName} from './cell-recorder.ts'
import {placed, promptText, type CellWorld, type Outcome} from './cell-world.ts'

/** Answers have two messages: the person's and the model's. */
const MESSAGES_PER_SEND = 2
const FIRST_COMMIT_TIMEOUT_MS = 6_000

/** From now on committed messages are expected to be shown. */
export async function beginMain(world: CellWorld, limitMs?: number): Promise<void> {
  await world.push?.census()
  world.recorder.live.startCounting()
  openWindow('main', world, limitMs)
}

export function openWindow(name: WindowName, {recorder, steps}: CellWorld, limitMs?: number): void {
  const watched = steps.find((step) => step.do === 'watch' && step.window === name)
  recorder.window(name, 'opened', limitMs ?? (watched?.do === 'watch' ? watched.upToMs : 0))
}

export async function watch(step: Extract<Step, {do: 'watch'}>, world: CellWorld): Promise<Outcome> {
  const {recorder, signal} = world
  const {live} = recorder
  if (live.committedCount === 0) {
    const limit = AbortSignal.any([signal, AbortSignal.timeout(FIRST_COMMIT_TIMEOUT_MS)])
    await live.until(() => live.committedCount > 0, limit)
  }
  const met = await shownWithin(step.tabs, expectedCount(world), step.upToMs, world)
  await closeWindow(step.window, step.tabs, step.upToMs, world)
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
  await closeWindow('main', step.tabs, step.count * step.everyMs + afterLastMs, world)
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

async function shownWithin(
  tabs: readonly string[],
  expected: number,
  upToMs: number,
  {recorder, signal}: CellWorld,
): Promise<boolean> {
  const late = AbortSignal.timeout(upToMs)
  try {
    await recorder.live.until(() => recorder.live.isShown(tabs, expected), AbortSignal.any([signal, late]))
    return true
  } catch (error) {
    if (signal.aborted || !late.aborted) throw error
    return false
  }
}

/** The tabs' tick counts are read before the window closes: the proof of the state covers all of it. */
async function closeWindow(
  name: WindowName,
  tabs: readonly string[],
  limitMs: number,
  world: CellWorld,
): Promise<void> {
  const open = tabs.map((tab) => placed(world, tab)).filter(({isClosed}) => !isClosed)
  await Promise.all(open.map(async ({tab}) => tab.evaluate('tabwitness.reportTicks()')))
  world.recorder.window(name, 'closed', limitMs)
  if (name !== 'main') return
  await world.push?.census()
  await world.push?.hear()
}
