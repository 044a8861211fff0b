/**
 * What is predicted of cross-tab-staleness, and why. Facts behind it: frozen tabs lose their socket and what was sent to
 * it, hidden ones do not (browser.md); a push goes to all windows of a browser when one of them is visible, and else to
 * the service worker alone (fcm.md §7, wire.md §3.7).
 */
import type {CellSpec} from '../history/history-event.ts'
import type {Prediction} from '../scenario/experiment.ts'
import type {Place, StateCondition} from '../scenario/state-condition.ts'

type Expectation = Pick<Prediction, 'main' | 'return' | 'because'>
type Cell = {
  readonly policy: string
  readonly state: StateCondition
  readonly place: Place
  readonly delivery: string
}

export function predictStaleness({platform, policy, conditions}: CellSpec): Prediction {
  const state = conditions['state'] as StateCondition
  const place = conditions['place'] as Place
  const cell: Cell = {policy, state, place, delivery: String(conditions['delivery'] ?? 'raw')}
  const expected = byPageAlone(cell) ?? (platform === 'claude' ? overPush(cell) : overSocket(cell))
  return {...expected, return: state === 'visible' ? null : expected.return, refresh: 'shows'}
}

/** What no channel has a part in. */
function byPageAlone({policy, state, place}: Cell): Expectation | null {
  if (state === 'no-page')
    return {main: 'nothing', return: 'shows', because: 'a page that is opened reads the conversation'}
  if (policy === 'focus')
    return {main: 'nothing', return: 'shows', because: 'the page refetches when it is shown'}
  if (policy === 'relay' && place === 'other-device')
    return {main: 'nothing', return: 'nothing', because: 'a BroadcastChannel does not leave its browser'}
  if (policy === 'relay' && state === 'frozen') {
    return {
      main: 'shows',
      return: 'shows',
      because: 'Chromium 156 delivers broadcasts to a frozen page (measured)',
    }
  }
  if (policy === 'relay')
    return {
      main: 'shows',
      return: 'shows',
      because: 'the socket delivers to a tab that is not frozen at full rate',
    }
  if (policy !== 'poll') return null
  if (state === 'throttled')
    return {main: 'either', return: 'shows', because: 'the poll timer fires once a minute'}
  if (state === 'frozen') return {main: 'nothing', return: 'shows', because: 'a frozen page runs no timers'}
  return {main: 'shows', return: 'shows', because: 'a poll is due within a second'}
}

function overSocket({policy, state}: Cell): Expectation {
  if (policy === 'observed')
    return {main: 'nothing', return: 'nothing', because: 'the channel says only that a turn ended'}
  if (state === 'frozen') {
    return policy === 'content+resume'
      ? {
          main: 'nothing',
          return: 'shows',
          because: 'the socket is lost in the freeze; the resumed one asks by offset',
        }
      : {main: 'nothing', return: 'nothing', because: 'the socket is lost in the freeze; nothing is replayed'}
  }
  return {
    main: 'shows',
    return: 'shows',
    because: 'the socket delivers to a tab that is not frozen at full rate',
  }
}

function overPush({policy, state, place, delivery}: Cell): Expectation {
  if (policy === 'observed')
    return {main: 'nothing', return: 'nothing', because: 'a push says only that an answer is complete'}
  if (delivery === 'dropped')
    return {main: 'nothing', return: 'nothing', because: 'the delivery model drops every push'}
  const isAnyVisible = state === 'visible' || (place === 'same-browser' && state !== 'all-hidden')
  if (!isAnyVisible)
    return {
      main: 'nothing',
      return: 'nothing',
      because: 'no window is visible: the service worker alone hears the push, and nothing is replayed',
    }
  if (state === 'frozen')
    return {
      main: 'nothing',
      return: 'shows',
      because: 'the worker posts the push to every window; a frozen one takes it when it resumes (measured)',
    }
  return {
    main: 'shows',
    return: 'shows',
    because: 'a window of the browser is visible: every window hears the push',
  }
}
