/** The steps that bring tabs into a state, and back. Each is proved by the page itself before it counts as done. */
import {holdState} from '../browser/tab-state.ts'
import type {Step} from '../scenario/step.ts'
import {deviceOf, personOf, placed, tabUrl, type CellWorld, type Done, type Outcome} from './cell-world.ts'
import type {OpenStep} from './layout.ts'
import {openWindow} from './measured-window.ts'
import {bringPageBack, crash, discard, ELSEWHERE, isHidden, leaveForCache, openAnew} from './page-loss.ts'

/** Opens several tabs at once; each is in its state, proved by the page, when this resolves. */
export async function openTabs(world: CellWorld, opens: readonly OpenStep[]): Promise<void> {
  const {recorder} = world
  const open = async ({tab: name, device}: OpenStep, whileLoading?: () => Promise<void>) => {
    const clock = await placed(world, name).tab.goto(tabUrl(world, name), whileLoading)
    recorder.tabOpened(name, device, personOf(name, world).user.id, clock)
  }
  const isThrottled = ({state}: OpenStep) => state === 'throttled'
  // Who signs in with the second account does so after the first one.
  for (const account of [undefined, 2]) {
    const now = opens.filter((step) => !isThrottled(step) && step.account === account)
    await Promise.all(now.map((step) => open(step)))
  }
  for (const step of opens.filter(isThrottled)) {
    // Only a page that is hidden while it loads is throttled within seconds; see chromium.ts.
    const {tab, front} = placed(world, step.tab)
    await tab.bringToFront()
    await open(step, async () => front?.bringToFront())
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

export async function hold({tab: name, state}: Extract<Step, {do: 'hold'}>, world: CellWorld): Promise<Done> {
  if (state === 'bfcache') return leaveForCache(name, world)
  if (state === 'discarded') return discard(name, world)
  if (state === 'crashed') return crash(name, world)
  const {tab, front} = placed(world, name)
  await holdState(tab, state, front)
  await tab.evaluate('tabwitness.reportTicks()')
  world.recorder.tabState(name, state)
  return 'ok'
}

/** A person's return to the tab, whatever became of its page meanwhile. */
export async function comeBack(name: string, world: CellWorld): Promise<Done> {
  const {recorder, scene} = world
  const {front} = placed(world, name)
  openWindow('return', world)
  const note = await bringPageBack(name, world)
  recorder.tabState(name, 'visible')
  const covered = [...scene.placed].filter(([, other]) => other.tab === front && other.away === null)
  for (const [other] of covered) await isHidden(other, world)
  return note
}

export async function refresh(name: string, world: CellWorld): Promise<Outcome> {
  const {recorder} = world
  openWindow('refresh', world)
  recorder.live.forget(name)
  recorder.tabOpened(
    name,
    deviceOf(name, world),
    personOf(name, world).user.id,
    await placed(world, name).tab.reload(),
  )
  world.scene.mark(name, null)
  recorder.tabState(name, 'visible')
  return 'ok'
}

const DISCONNECT_TIMEOUT_MS = 5_000

/**
 * The tab itself goes, so that nothing of the page is kept for a way back. Chromium closes the page's socket up to a
 * quarter of a second later (measured); until then a server goes on delivering to nobody.
 */
export async function close(name: string, world: CellWorld): Promise<Outcome> {
  const {live} = world.recorder
  await world.scene.close(name)
  const limit = AbortSignal.any([world.signal, AbortSignal.timeout(DISCONNECT_TIMEOUT_MS)])
  await live.until(() => !live.isConnected(name), limit)
  live.forget(name)
  world.recorder.tabState(name, 'closed')
  return 'ok'
}

export async function reopen(name: string, world: CellWorld): Promise<Outcome> {
  openWindow('return', world)
  await openAnew(name, world)
  world.recorder.tabState(name, 'visible')
  return 'ok'
}

/**
 * As the browser's own "duplicate tab": the copy is in front, a process of its own, with a copy of what the tab keeps for
 * its session. A page that opened it would share its process with it.
 */
export async function duplicate(
  {tab: name, as}: Extract<Step, {do: 'duplicate'}>,
  world: CellWorld,
): Promise<Outcome> {
  const {recorder, scene} = world
  const {tab, front} = placed(world, name)
  const inFront = [...scene.placed].filter(
    ([other, there]) => (there.tab === tab || there.tab === front) && recorder.stateOf(other) === 'visible',
  )
  const session = String(await tab.evaluate('JSON.stringify({...sessionStorage})'))
  const copy = await scene.duplicate(name, as)
  await copy.leaveFor?.(`${world.site.origin}${ELSEWHERE}`)
  await copy.evaluate(`void Object.assign(sessionStorage, ${session})`)
  const clock = await copy.goto(tabUrl(world, as))
  recorder.tabOpened(as, deviceOf(as, world), personOf(as, world).user.id, clock)
  await copy.visibility('visible')
  recorder.tabState(as, 'visible')
  for (const [other] of inFront) await isHidden(other, world)
  return 'ok'
}
