/**
 * What is predicted of tab-lifecycle, and why. Facts behind it: hidden tabs keep their socket, frozen ones and those in
 * the bfcache lose it (browser.md); a push goes to every window of a browser of which one is visible, to a frozen one when
 * it resumes, and else to the service worker alone (fcm.md §7).
 */
import type {CellSpec} from '../history/history-event.ts'
import type {Amount, Prediction} from '../scenario/experiment.ts'
import type {AwayCondition, Who} from '../scenario/state-condition.ts'

type Expectation = {readonly lost: Amount; readonly because: string}
type Cell = {readonly policy: string; readonly state: AwayCondition; readonly who: Who}

export function predictTabLifecycle({platform, policy, conditions}: CellSpec): Prediction {
  const cell = {policy, state: conditions['state'] as AwayCondition, who: conditions['who'] as Who}
  const {lost, because} = byPageAlone(cell) ?? (platform === 'claude' ? overPush(cell) : overSocket(cell))
  const exact = lost === 'none' ? 'yes' : lost === 'some' ? 'no' : 'either'
  return {
    main: 'either',
    return: null,
    refresh: null,
    recovery: {lost, doubled: 'none', exact},
    because,
  }
}

/** What no channel has a part in. */
function byPageAlone({policy, state}: Cell): Expectation | null {
  if (state === 'discarded' || state === 'crashed')
    return {lost: 'none', because: 'the page is loaded anew, and reads the conversation'}
  if (policy.startsWith('poll')) return {lost: 'none', because: 'a poll is due soon after the return'}
  if (policy === 'focus' && state === 'duplicated')
    return {lost: 'some', because: 'a tab that stays in front, or behind, is not shown anew'}
  if (policy === 'focus') return {lost: 'none', because: 'the page reads anew when it is shown'}
  if (policy === 'observed')
    return {lost: 'some', because: 'nothing that the page is told makes it read anew'}
  return null
}

function overSocket({policy, state}: Cell): Expectation {
  if (policy === 'leader' || policy === 'shared-worker')
    return {lost: 'none', because: 'who is left takes over, from the offset that each tab had reached'}
  if (policy !== 'content') return {lost: 'none', because: 'the resumed socket asks by offset'}
  return state === 'frozen' || state === 'bfcache'
    ? {lost: 'some', because: 'the socket is lost while the page stands still; nothing is replayed'}
    : {lost: 'none', because: 'the socket delivers to a tab that is not frozen at full rate'}
}

function overPush({policy, state, who}: Cell): Expectation {
  if (policy === 'content+resume+probe')
    return {lost: 'none', because: 'a page that is shown asks for its place in the log'}
  if (who === 'all') {
    return {
      lost: 'some',
      because: 'no window was visible: the service worker alone heard it, and no later push says so',
    }
  }
  if (state === 'bfcache')
    return {
      lost: 'either',
      because: 'whether what is posted to a page in the bfcache waits for it is not known',
    }
  return {lost: 'none', because: 'a window of the browser is visible: every window hears the push'}
}
