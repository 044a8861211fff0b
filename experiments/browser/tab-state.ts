/**
 * Puts a real tab into a state and waits until the page itself proves it. The history judges the proof again (P1).
 * `hidden` means another tab of its window is in front; `frozen` and `throttled` are hidden tabs too.
 */
import type {TabState} from '../history/history-event.ts'
import type {BrowserTab} from './browser-tab.ts'

/** The longest gap between two ticks of a merely hidden tab is about 1 s; a longer silence is intensive throttling. */
const SILENCE_MS = 5_500
/** A page that had loaded before it was hidden is throttled after 60 s; one hidden while loading after the flag's time. */
const THROTTLE_TIMEOUT_MS = 75_000
const FREEZE_TIMEOUT_MS = 5_000

/** `front`: the tab that hides this one, in the same window. */
export async function holdState(tab: BrowserTab, state: TabState, front: BrowserTab | null): Promise<void> {
  if (state === 'visible') {
    await tab.bringToFront()
    await tab.visibility('visible')
    return
  }
  if (front === null) throw new TypeError(`a ${state} tab needs another tab in front of it`)
  await front.bringToFront()
  await tab.visibility('hidden')
  if (state === 'throttled') await silence(tab)
  if (state === 'frozen') await freeze(tab)
}

/** A person's return: the tab comes to the front, and the browser itself ends its freeze. */
export const bringBack = async (tab: BrowserTab): Promise<void> => holdState(tab, 'visible', null)

async function freeze(tab: BrowserTab): Promise<void> {
  if (tab.freeze === undefined) throw new TypeError('this browser has no way to freeze a page')
  const frozen = tab.sighting(
    (event) => event.kind === 'lifecycle' && event.event === 'freeze',
    FREEZE_TIMEOUT_MS,
    'the page to say it is frozen',
  )
  await tab.freeze()
  await frozen
}

/** Waits until the page's interval has been silent for longer than a hidden tab ever is. */
async function silence(tab: BrowserTab): Promise<void> {
  const {promise, resolve, reject} = Promise.withResolvers<void>()
  let quiet = setTimeout(resolve, SILENCE_MS)
  const off = tab.onSighting(({event}) => {
    if (event.kind !== 'ticks') return
    clearTimeout(quiet)
    quiet = setTimeout(resolve, SILENCE_MS)
  })
  const limit = setTimeout(
    () => reject(new Error(`the tab's timers were not throttled within ${THROTTLE_TIMEOUT_MS} ms`)),
    THROTTLE_TIMEOUT_MS,
  )
  await promise.finally(() => {
    off()
    clearTimeout(quiet)
    clearTimeout(limit)
  })
}
