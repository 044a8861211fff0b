/** The browser as the session sees it: network, clock, chance, storage and the state of the tab. Decides nothing. */
import type {PageState, Surroundings, WakeCause} from '../sync/chat-session.ts'

export function browserSurroundings(witness: Surroundings['witness']): Surroundings {
  return {
    fetch: (input, init) => fetch(input, init),
    now: () => Date.now(),
    stampNow: () => performance.now(),
    setTimer: (run, delayMs) => {
      const timer = setTimeout(run, delayMs)
      return () => clearTimeout(timer)
    },
    random: () => Math.random(),
    newId: () => crypto.randomUUID(),
    pageState,
    onPageState,
    onWake,
    openRelay: (name) => ('BroadcastChannel' in globalThis ? new BroadcastChannel(name) : null),
    storage: {
      get: (key) => inStorage((storage) => storage.getItem(key)),
      set: (key, value) => void inStorage((storage) => storage.setItem(key, value)),
      remove: (key) => void inStorage((storage) => storage.removeItem(key)),
    },
    witness,
  }
}

/** Observed: a page counts as in the foreground when it is visible and has the focus. */
const pageState = (): PageState => ({
  foreground: document.hasFocus() && !document.hidden,
  visible: !document.hidden,
})

function onPageState(listener: (state: PageState) => void): () => void {
  const stop = new AbortController()
  let before = pageState()
  const look = () => {
    const state = pageState()
    if (state.foreground === before.foreground && state.visible === before.visible) return
    before = state
    listener(state)
  }
  document.addEventListener('visibilitychange', look, stop)
  window.addEventListener('focus', look, stop)
  window.addEventListener('blur', look, stop)
  return () => stop.abort()
}

/** A frozen page hears `resume`, one from the back/forward cache `pageshow` with `persisted`; some hear both. */
function onWake(listener: (because: WakeCause) => void): () => void {
  const stop = new AbortController()
  const shown = () => {
    if (!document.hidden) listener('shown')
  }
  document.addEventListener('visibilitychange', shown, stop)
  window.addEventListener('focus', shown, stop)
  document.addEventListener('resume', () => listener('resumed'), stop)
  window.addEventListener('pageshow', ({persisted}) => persisted && listener('resumed'), stop)
  window.addEventListener('online', () => listener('online'), stop)
  return () => stop.abort()
}

/** A browser may forbid storage, or be full: then nothing is remembered, and the page goes on. */
function inStorage<T>(use: (storage: Storage) => T): T | null {
  try {
    return use(localStorage)
  } catch {
    return null
  }
}
