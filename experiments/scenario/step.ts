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
  | {readonly do: 'refresh'; readonly tab: string}
  | {readonly do: 'read'; readonly tabs: readonly string[]; readonly label: string}

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
    case 'refresh':
      return `${step.tab} is reloaded`
    case 'read':
      return `${sayTabs(step.tabs)} and the server are read (${step.label})`
  }
}
