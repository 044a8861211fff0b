/**
 * Carries out one step of a scenario in real tabs. Observes and records; judges nothing. A wait that is not met is an
 * outcome in the history; only what makes the cell meaningless (a dead tab, a send that never reached the server) throws.
 */
import {setTimeout as pause} from 'node:timers/promises'
import {monotonicNowMs} from '../browser/clock.ts'
import {bringBack, holdState} from '../browser/tab-state.ts'
import type {CellSpec} from '../history/history-event.ts'
import type {Step} from '../scenario/step.ts'
import type {CellRecorder, WindowName} from './cell-recorder.ts'
import type {OpenStep} from './layout.ts'
import {playRival} from './rival.ts'
import type {ServerProcess} from './server-process.ts'
import type {Placed, Scene} from './stage.ts'

/** Answers have two messages: the person's and the model's. */
const MESSAGES_PER_SEND = 2
const FIRST_COMMIT_TIMEOUT_MS = 10_000
/** Of the policy `poll`; the others never read it. SPEC: PO4. */
const POLL_INTERVAL_MS = 1_000

export type CellWorld = {
  readonly spec: CellSpec
  readonly server: ServerProcess
  readonly scene: Scene
  readonly browserPath: string
  readonly recorder: CellRecorder
  readonly user: {readonly id: string}
  readonly conversationId: string
  /** Seeds this cell's texts: the same cell of the same seed says the same. */
  readonly textSeed: string
  readonly signal: AbortSignal
  readonly steps: readonly Step[]
}

type Outcome = 'ok' | 'not-met'

/** Opens several tabs at once; each is in its state, proved by the page, when this resolves. */
export async function openTabs(world: CellWorld, opens: readonly OpenStep[]): Promise<void> {
  const {recorder, user} = world
  const open = async ({tab: name, device}: OpenStep, whileLoading?: () => Promise<void>) => {
    const clock = await placed(world, name).tab.goto(tabUrl(world, name), whileLoading)
    recorder.tabOpened(name, device, user.id, clock)
  }
  const isThrottled = ({state}: OpenStep) => state === 'throttled'
  await Promise.all(opens.filter((step) => !isThrottled(step)).map((step) => open(step)))
  for (const step of opens.filter(isThrottled)) {
    // Only a page that is hidden while it loads is throttled within seconds; see chromium.ts.
    const {tab, front} = placed(world, step.tab)
    await tab.page.bringToFront()
    await open(step, async () => front?.page.bringToFront())
  }
  // Fronts first: what stands behind them is hidden by them.
  const inOrder = opens.toSorted((a, b) => Number(b.state === 'visible') - Number(a.state === 'visible'))
  for (const {tab: name, state} of inOrder) {
    const {tab, front} = placed(world, name)
    if (state === 'throttled') await recorder.waiting(() => holdState(tab, state, front))
    else await holdState(tab, state, front)
    await tab.evaluate('tabwitness.reportTicks()')
    recorder.tabState(name, state)
  }
}

export async function perform(step: Exclude<Step, OpenStep>, world: CellWorld): Promise<Outcome> {
  const {recorder} = world
  switch (step.do) {
    case 'hold':
      return hold(step, world)
    case 'send':
      recorder.live.startCounting()
      openWindow('main', world)
      await placed(world, step.tab).tab.send(await promptText(world, 'prompt', step.words))
      return 'ok'
    case 'commit':
      return commit(step, world)
    case 'beacons':
      return beacons(step, world)
    case 'rival':
      return recorder.waiting(async () => playRival(step, world))
    case 'watch':
      return watch(step, world)
    case 'return':
      return comeBack(step.tab, world)
    case 'refresh':
      return refresh(step.tab, world)
    case 'read':
      for (const name of step.tabs) {
        await placed(world, name).tab.evaluate(`tabwitness.read(${JSON.stringify(step.label)})`)
      }
      return 'ok'
  }
}

async function hold({tab: name, state}: Extract<Step, {do: 'hold'}>, world: CellWorld): Promise<Outcome> {
  const {tab, front} = placed(world, name)
  await holdState(tab, state, front)
  await tab.evaluate('tabwitness.reportTicks()')
  world.recorder.tabState(name, state)
  return 'ok'
}

async function watch(step: Extract<Step, {do: 'watch'}>, world: CellWorld): Promise<Outcome> {
  const {recorder, signal, steps} = world
  const {live} = recorder
  if (live.committedCount === 0) {
    const limit = AbortSignal.any([signal, AbortSignal.timeout(FIRST_COMMIT_TIMEOUT_MS)])
    await live.until(() => live.committedCount > 0, limit)
  }
  const expected = steps.filter(({do: word}) => word === 'send').length * MESSAGES_PER_SEND
  const met = await shownWithin(step.tabs, expected, step.upToMs, world)
  await closeWindow(step.window, step.tabs, step.upToMs, world)
  return met ? 'ok' : 'not-met'
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

/** Messages committed by the server itself, on a schedule that does not drift, and then time for the last to arrive. */
async function commit(step: Extract<Step, {do: 'commit'}>, world: CellWorld): Promise<Outcome> {
  const {recorder, server, user, conversationId, signal, spec} = world
  const afterLastMs = Number(spec.conditions['channelDelayMs']) + 1_000
  const texts: string[] = []
  for (let index = 0; index < step.count; index++) texts.push(await promptText(world, `commit-${index}`, 8))
  recorder.live.startCounting()
  openWindow('main', world, step.count * step.everyMs + afterLastMs)
  const from = monotonicNowMs()
  for (const [index, text] of texts.entries()) {
    await pause(Math.max(0, from + index * step.everyMs - monotonicNowMs()), undefined, {signal})
    await server.control.commitMessage(user.id, conversationId, text)
  }
  const met = await shownWithin(step.tabs, step.count, afterLastMs, world)
  await closeWindow('main', step.tabs, step.count * step.everyMs + afterLastMs, world)
  return met ? 'ok' : 'not-met'
}

async function beacons(step: Extract<Step, {do: 'beacons'}>, world: CellWorld): Promise<Outcome> {
  const {tab} = placed(world, step.tab)
  const names = Array.from({length: step.count}, (_, index) => `beacon-${index + 1}`)
  const limitMs = step.count * step.everyMs * 2 + 2_000
  const last = tab.sighting(
    (event) => event.kind === 'beacon-seen' && event.stage === 'shown' && event.beacon === names.at(-1),
    limitMs,
    'the last beacon',
  )
  await tab.evaluate(`tabwitness.beacons(${JSON.stringify(names)}, ${step.everyMs})`)
  await world.recorder.waiting(() => last)
  return 'ok'
}

async function comeBack(name: string, world: CellWorld): Promise<Outcome> {
  const {recorder, scene} = world
  const {tab, front} = placed(world, name)
  openWindow('return', world)
  await bringBack(tab)
  recorder.tabState(name, 'visible')
  const covered = [...scene.placed].filter(([, other]) => other.tab === front)
  for (const [other, {tab: itsTab}] of covered) {
    await itsTab.visibility('hidden')
    recorder.tabState(other, 'hidden')
  }
  return 'ok'
}

async function refresh(name: string, world: CellWorld): Promise<Outcome> {
  const {recorder, user, steps} = world
  const {tab} = placed(world, name)
  const opened = steps.find((step): step is OpenStep => step.do === 'open' && step.tab === name)
  openWindow('refresh', world)
  recorder.live.forget(name)
  recorder.tabOpened(name, opened?.device ?? '?', user.id, await tab.reload())
  recorder.tabState(name, 'visible')
  return 'ok'
}

function openWindow(name: WindowName, {recorder, steps}: CellWorld, limitMs?: number): void {
  const watched = steps.find((step) => step.do === 'watch' && step.window === name)
  recorder.window(name, 'opened', limitMs ?? (watched?.do === 'watch' ? watched.upToMs : 0))
}

/** The tabs' tick counts are read before the window closes: the proof of the state covers all of it. */
async function closeWindow(
  name: WindowName,
  tabs: readonly string[],
  limitMs: number,
  world: CellWorld,
): Promise<void> {
  await Promise.all(tabs.map(async (tab) => placed(world, tab).tab.evaluate('tabwitness.reportTicks()')))
  world.recorder.window(name, 'closed', limitMs)
}

function placed({scene}: CellWorld, name: string): Placed {
  const found = scene.placed.get(name)
  if (found === undefined) throw new TypeError(`no step opens the tab ${name}`)
  return found
}

const promptText = ({server, textSeed}: CellWorld, key: string, words: number) =>
  server.control.promptText(`${textSeed}/${key}`, words)

const tabUrl = ({server, spec, user, conversationId}: CellWorld, tab: string): string =>
  `${server.baseUrl}/c/${conversationId}?${new URLSearchParams({
    as: user.id,
    tab,
    policy: spec.policy,
    pollIntervalMs: String(POLL_INTERVAL_MS),
  })}`
