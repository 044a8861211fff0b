/**
 * The words a scenario is written in: plain objects, run in the order written, printable as a sentence.
 */
import type {TabState} from '../history/history-event.ts'

export type Step =
  | {readonly do: 'open'; readonly tab: string; readonly device: string; readonly state: TabState}
  | {readonly do: 'hold'; readonly tab: string; readonly state: TabState}
  | {readonly do: 'send'; readonly tab: string; readonly words: number}
  /** What is committed from here on counts. Without it, what is committed from the first send on. */
  | {readonly do: 'begin'}
  | {
      readonly do: 'commit'
      readonly tabs: readonly string[]
      readonly count: number
      readonly everyMs: number
    }
  | {readonly do: 'beacons'; readonly tab: string; readonly count: number; readonly everyMs: number}
  | {readonly do: 'rival'; readonly tabs: readonly string[]; readonly count: number; readonly everyMs: number}
  | {
      readonly do: 'watch'
      readonly tabs: readonly string[]
      readonly window: 'main' | 'return' | 'refresh'
      readonly upToMs: number
    }
  | {readonly do: 'return'; readonly tab: string}
  | {readonly do: 'close'; readonly tab: string}
  | {readonly do: 'reopen'; readonly tab: string}
  | {readonly do: 'stop-worker'; readonly device: string}
  /** Messages of the server's own, announced as ever; nobody waits for them here. */
  | {readonly do: 'write'; readonly count: number; readonly everyMs: number}
  /** Chromium backs off for 20 to 30 s when a link that is younger than 10 s is cut. */
  | {readonly do: 'age-link'; readonly device: string; readonly toMs: number}
  /** So that something is in the queue when the back end is killed. */
  | {readonly do: 'withhold'; readonly forMs: number}
  | {readonly do: 'break-push'; readonly how: PushBreak; readonly device: string}
  | {readonly do: 'await-pushes'; readonly upToMs: number}
  | {readonly do: 'quit-browser'; readonly device: string}
  | {readonly do: 'start-browser'; readonly device: string}
  /** Plays the cell's fault schedule from its start: what is due at 0 ms has begun when this is done. */
  | {readonly do: 'faults'}
  /** Everything that stands heals, what has not begun never will. */
  | {readonly do: 'heal'}
  /** Waits until every one of the tabs shows all that the server has committed, or for `upToMs` after the heal. */
  | {readonly do: 'recover'; readonly tabs: readonly string[]; readonly upToMs: number}
  /** Waits until this tab's own answer has at least so many characters on its screen (0: the POST was accepted). */
  | {readonly do: 'await-answer'; readonly tab: string; readonly chars: number; readonly upToMs: number}
  /** The person types and does not send. */
  | {readonly do: 'type'; readonly tab: string; readonly words: number}
  /** The tab's renderer is ended. */
  | {readonly do: 'crash'; readonly tab: string}
  /** The same address opens in another tab of the same window, as the browser's "duplicate tab" does. */
  | {readonly do: 'duplicate'; readonly tab: string; readonly as: string}
  /** The browser's process and all its children are killed; its profile stays. */
  | {readonly do: 'kill-browser'; readonly device: string}
  /** The worker that the tabs of a device share is frozen or ended (remedy `shared-worker`). */
  | {readonly do: 'end-shared-worker'; readonly device: string}
  | {readonly do: 'refresh'; readonly tab: string}
  | {readonly do: 'read'; readonly tabs: readonly string[]; readonly label: string}

export type PushBreak = 'cut-link' | 'kill-back-end' | 'restart-api'

const BREAK_WORDS = {
  'cut-link': 'the push link is cut',
  'kill-back-end': 'the push back end is killed and started again',
  'restart-api': "the push back end's API is closed and opened again; the link stays",
} as const satisfies Record<PushBreak, string>

const sayTabs = (tabs: readonly string[]) => tabs.join(', ')

/** The step as a person would tell it. */
export function inWords(step: Step): string {
  switch (step.do) {
    case 'open':
      return `${step.tab} opens the conversation on ${step.device}, ${step.state}`
    case 'hold':
      return `${step.tab} is held ${step.state}`
    case 'send':
      return `${step.tab} sends a message of ${step.words} words`
    case 'begin':
      return 'from here on what the server commits counts'
    case 'commit':
      return `the server commits ${step.count} messages, one every ${step.everyMs} ms; ${sayTabs(step.tabs)} watch`
    case 'beacons':
      return `${step.tab} changes its own page ${step.count} times, one every ${step.everyMs} ms`
    case 'rival':
      return `a hand-written Playwright script waits for ${step.count} changes in ${sayTabs(step.tabs)}`
    case 'watch':
      return `watch ${sayTabs(step.tabs)} for at most ${step.upToMs} ms (${step.window} window)`
    case 'return':
      return `${step.tab} comes to the front`
    case 'close':
      return `${step.tab} is closed: no page is left on its device`
    case 'reopen':
      return `the conversation is opened again as ${step.tab}`
    case 'stop-worker':
      return `the service worker of ${step.device} is stopped, as the browser stops an idle one`
    case 'write':
      return `the server commits ${step.count} messages, one every ${step.everyMs} ms`
    case 'age-link':
      return `wait until the push link of ${step.device} is ${step.toMs} ms old`
    case 'withhold':
      return `the push back end keeps what is sent from here on for ${step.forMs} ms`
    case 'break-push':
      return BREAK_WORDS[step.how]
    case 'await-pushes':
      return `wait at most ${step.upToMs} ms for every push to be heard`
    case 'quit-browser':
      return `the browser of ${step.device} is closed; its profile stays`
    case 'start-browser':
      return `the browser of ${step.device} is started again with its profile, and opens no page`
    case 'faults':
      return 'the fault schedule is played'
    case 'heal':
      return 'every fault heals'
    case 'recover':
      return `wait at most ${step.upToMs} ms until ${sayTabs(step.tabs)} show all that the server has`
    case 'await-answer':
      return step.chars === 0
        ? `wait until the message of ${step.tab} was accepted`
        : `wait until ${step.tab} shows ${step.chars} characters of its answer`
    case 'type':
      return `${step.tab} types ${step.words} words and does not send them`
    case 'crash':
      return `${step.tab} crashes`
    case 'duplicate':
      return `${step.tab} is duplicated as ${step.as}`
    case 'kill-browser':
      return `the browser of ${step.device} is killed; its profile stays`
    case 'end-shared-worker':
      return `the worker that the tabs of ${step.device} share is ended`
    case 'refresh':
      return `${step.tab} is reloaded`
    case 'read':
      return `${sayTabs(step.tabs)} and the server are read (${step.label})`
  }
}
