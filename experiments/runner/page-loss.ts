/**
 * The states in which a tab has no page that runs: kept for the way back, discarded, crashed; and how a person gets out of
 * each. What really happened is said where the browser can do it in several ways.
 */
import {bringBack} from '../browser/tab-state.ts'
import {deviceOf, personOf, placed, tabUrl, type CellWorld, type Done, type Outcome} from './cell-world.ts'

/** A page of the same origin that has no witness and opens nothing. */
export const ELSEWHERE = '/api/auth/session'

/** A person follows a link; whether the browser kept the page shows when they come back. */
export async function leaveForCache(name: string, world: CellWorld): Promise<Outcome> {
  const {tab} = placed(world, name)
  if (tab.leaveFor === undefined) throw new TypeError('this browser has no way to leave a page and keep it')
  await tab.leaveFor(`${world.site.origin}${ELSEWHERE}`)
  world.scene.mark(name, 'bfcache')
  world.recorder.tabState(name, 'bfcache')
  return 'ok'
}

/** The renderer is ended. What stood in its window stays there. */
export async function crash(name: string, world: CellWorld): Promise<Outcome> {
  await endRenderer(name, 'crashed', world)
  return 'ok'
}

/**
 * As far as page and server can tell, a discard is a hidden tab's renderer that ends and is started anew when a person
 * comes back: its history and its session storage stay. Chromium 156 itself discards no tab that DevTools is attached to.
 */
export async function discard(name: string, world: CellWorld): Promise<Done> {
  const {tab, front} = placed(world, name)
  if (front === null) throw new TypeError('a tab that is discarded needs another tab in front of it')
  await front.bringToFront()
  await tab.visibility('hidden')
  await endRenderer(name, 'discarded', world)
  return {outcome: 'ok', note: 'its renderer was ended in place of a discard'}
}

async function endRenderer(name: string, away: 'crashed' | 'discarded', world: CellWorld): Promise<void> {
  const {recorder, scene} = world
  const {tab} = placed(world, name)
  if (tab.crash === undefined) throw new TypeError('this browser has no way to end the renderer of a page')
  await tab.crash()
  scene.mark(name, away)
  recorder.live.forget(name)
  recorder.tabState(name, away)
}

/** Resolves when the page is there and visible. */
export async function bringPageBack(name: string, world: CellWorld): Promise<Done> {
  const {scene, recorder} = world
  const {tab, away} = placed(world, name)
  switch (away) {
    case null:
      await bringBack(tab)
      return 'ok'
    case 'bfcache': {
      await tab.bringToFront()
      const clock = (await tab.goBack?.()) ?? null
      scene.mark(name, null)
      if (clock === null) return 'ok'
      recorder.tabOpened(name, deviceOf(name, world), personOf(name, world).user.id, clock)
      return {outcome: 'ok', note: 'the browser had not kept the page and loaded it anew'}
    }
    case 'crashed':
    case 'discarded': {
      await tab.bringToFront()
      const clock = await tab.reload()
      scene.mark(name, null)
      recorder.tabOpened(name, deviceOf(name, world), personOf(name, world).user.id, clock)
      await tab.visibility('visible')
      return 'ok'
    }
    case 'closed':
      await openAnew(name, world)
      return 'ok'
  }
}

/** The conversation's address in a new tab, in the place of one that is gone. */
export async function openAnew(name: string, world: CellWorld): Promise<void> {
  const tab = await world.scene.reopen(name)
  const clock = await tab.goto(tabUrl(world, name))
  world.recorder.tabOpened(name, deviceOf(name, world), personOf(name, world).user.id, clock)
  await bringBack(tab)
}

/** Another tab came to the front of the window of this one, which was visible until now. */
export async function isHidden(name: string, world: CellWorld): Promise<void> {
  await placed(world, name).tab.visibility('hidden')
  world.recorder.tabState(name, 'hidden')
}
