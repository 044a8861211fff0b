/**
 * The surroundings of a virtual tab: Node's globals, always in the foreground. The caller brings the platform's channel
 * (a browser sets a socket's `Origin` by itself, Node's does not) and the relay, because it must not keep Node alive.
 */
import type {Surroundings} from './chat-session.ts'

export type VirtualTab = Pick<Surroundings, 'openRelay' | 'witness'>

export function nodeSurroundings<Tab extends VirtualTab>(tab: Tab): Surroundings & Tab {
  const kept = new Map<string, string>()
  return {
    ...tab,
    fetch: (input, init) => fetch(input, init),
    now: () => Date.now(),
    stampNow: () => performance.now(),
    setTimer(run, delayMs) {
      const timer = setTimeout(run, delayMs)
      return () => clearTimeout(timer)
    },
    random: () => Math.random(),
    newId: () => crypto.randomUUID(),
    pageState: () => ({foreground: true, visible: true}),
    onPageState: () => () => {},
    storage: {
      get: (key) => kept.get(key) ?? null,
      set: (key, value) => void kept.set(key, value),
      remove: (key) => void kept.delete(key),
    },
  }
}
