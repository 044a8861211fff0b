/**
 * The surroundings of a virtual tab: Node's globals, and whatever the caller puts in their place. The caller brings the
 * platform's channel (a browser sets a socket's `Origin` by itself, Node's does not) and the relay, because it must not
 * keep Node alive. Light enough for a thousand tabs in one process: an object of functions and a map.
 */
import type {Surroundings} from './chat-session.ts'
import {createVirtualPage, type VirtualPage} from './virtual-page.ts'

export type VirtualTab = Pick<Surroundings, 'openRelay' | 'witness'>

/** `page`: what its driver turns and wakes; without one the tab is in the foreground for good. `storage`: of its browser. */
export type VirtualChoices = Partial<
  Pick<Surroundings, 'random' | 'newId' | 'setTimer' | 'fetch' | 'storage'>
> & {
  readonly page?: VirtualPage
}

export function nodeSurroundings<Tab extends VirtualTab>(
  tab: Tab,
  {page = createVirtualPage(), ...choices}: VirtualChoices = {},
): Surroundings & Tab {
  const kept = new Map<string, string>()
  return {
    fetch: (input, init) => fetch(input, init),
    now: () => Date.now(),
    stampNow: () => performance.now(),
    setTimer(run, delayMs) {
      const timer = setTimeout(run, delayMs)
      return () => clearTimeout(timer)
    },
    random: () => Math.random(),
    newId: () => crypto.randomUUID(),
    pageState: page.pageState,
    onPageState: page.onPageState,
    onWake: page.onWake,
    storage: {
      get: (key) => kept.get(key) ?? null,
      set: (key, value) => void kept.set(key, value),
      remove: (key) => void kept.delete(key),
    },
    ...choices,
    ...tab,
  }
}
