/**
 * The words a scenario is written in: plain objects, run in the order written, printable as a sentence.
 */
import type {TabState} from '../history/history-event.ts'

export type Step =
  | {
      readonly do: 'open'
      readonly tab: string
      readonly device: string
      readonly state: TabState
      /** Opens as the person's second account, which has a conversation of its own. */
      readonly account?: 2
    }
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
  /** The person calls the conversation otherwise. */
  | {readonly do: 'rename'; readonly tab: string; readonly words: number}
  /** The person deletes the conversation, and means it. */
  | {readonly do: 'delete'; readonly tab: string}
  | {readonly do: 'choose-model'; readonly tab: string; readonly model: string}
  /** Ends the answer that the tab shows being written. */
  | {readonly do: 'stop'; readonly tab: string}
  /** The person writes their last message that the tab shows anew. */
  | {readonly do: 'edit'; readonly tab: string; readonly words: number}
  /** Another answer to the last message that the tab shows. */
  | {readonly do: 'regenerate'; readonly tab: string}
  /** Each tab's person has written; all press the key in one task of the runner. */
  | {readonly do: 'send-together'; readonly tabs: readonly string[]; readonly words: number}
  /** What the page says of a conflict is answered; where it says nothing, nothing is done. */
  | {readonly do: 'decide'; readonly tab: string; readonly choice: 'show' | 'send-anyway'}
  /** Waits until everything that reached the server is answered and nothing is being written. */
  | {readonly do: 'settle'; readonly upToMs: number}
  /** Waits until the tab shows, or no longer shows, an answer being written. */
  | {readonly do: 'await-writing'; readonly tab: string; readonly isWriting: boolean; readonly upToMs: number}
  | {readonly do: 'pause'; readonly forMs: number}
  /** Something of `triggers` is made to happen; `tab` is whose page does it, null where the server or another device does. */
  | {readonly do: 'trigger'; readonly trigger: Trigger; readonly tab: string | null}
  | {readonly do: 'refresh'; readonly tab: string}
  | {readonly do: 'read'; readonly tabs: readonly string[]; readonly label: string}

/** What may make a channel speak (`triggers`), in the order of the table. */
export const TRIGGERS = [
  'message sent',
  'turn complete',
  'title given',
  'renamed',
  'deleted',
  'stopped',
  'task started',
  'task progressed',
  'task done',
  'scheduled task',
  'limit reached',
  'sent on another device',
  'tool approval asked',
] as const
export type Trigger = (typeof TRIGGERS)[number]

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
      return `${step.tab} opens ${step.account === 2 ? "the second account's" : 'the'} conversation on ${step.device}, ${step.state}`
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
    case 'rename':
      return `${step.tab} renames the conversation`
    case 'delete':
      return `${step.tab} deletes the conversation`
    case 'choose-model':
      return `${step.tab} chooses the model ${step.model}`
    case 'stop':
      return `${step.tab} stops the answer`
    case 'edit':
      return `${step.tab} edits its last message to ${step.words} other words`
    case 'regenerate':
      return `${step.tab} asks for another answer`
    case 'send-together':
      return `${sayTabs(step.tabs)} send a message of ${step.words} words each at once`
    case 'decide':
      return `${step.tab} is told of a change and chooses to ${step.choice === 'show' ? 'see it' : 'send anyway'}`
    case 'settle':
      return `wait at most ${step.upToMs} ms until everything is answered`
    case 'await-writing':
      return `wait until ${step.tab} shows ${step.isWriting ? 'an answer being written' : 'no answer being written any more'}`
    case 'pause':
      return `nothing is done for ${step.forMs} ms`
    case 'trigger':
      return `${step.tab ?? 'the server'}: ${step.trigger}`
    case 'refresh':
      return `${step.tab} is reloaded`
    case 'read':
      return `${sayTabs(step.tabs)} and the server are read (${step.label})`
  }
}
