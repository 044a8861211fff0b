/**
 * What happens in an explored interleaving, as data: what people do in their tabs, what happens to the tabs, and what happens
 * to what is on its way to them or from them. One that cannot happen where it stands is left out. Pure. Rules RP10, RP11.
 */

export const PERSON_ACTS = [
  'send',
  'edit',
  'regenerate',
  'stop',
  'turn-branch',
  'show-changes',
  'send-anyway',
] as const
export type PersonAct = (typeof PERSON_ACTS)[number]

const TAB_ACTS = [...PERSON_ACTS, 'reload', 'freeze', 'thaw', 'offline', 'online', 'release'] as const
export type TabAct = (typeof TAB_ACTS)[number]

/** What a line holds back: all, or one direction of it. */
export const HELD = ['both', 'to-client', 'to-server'] as const
export type Held = (typeof HELD)[number]

export type Act =
  | {readonly do: TabAct; readonly tab: string}
  /** The tab's line keeps what is sent over it until it is released, or let through one by one. */
  | {readonly do: 'hold'; readonly tab: string; readonly what: Held}
  /** Of what heads the queues of the tab's line the how-many-th, counted round. */
  | {readonly do: 'let-one'; readonly tab: string; readonly which: number}
  /** Until nothing is under way but what is held, and nothing is being written. */
  | {readonly do: 'rest'}
  /** A few milliseconds. */
  | {readonly do: 'moment'}

const TAB_WORDS: Readonly<Record<TabAct, string>> = {
  send: 'sends a message',
  edit: 'edits its last message',
  regenerate: 'asks for another answer',
  stop: 'stops the answer',
  'turn-branch': 'turns to another branch',
  'show-changes': 'is told of a change and wants to see it',
  'send-anyway': 'is told of a change and sends anyway',
  reload: 'is reloaded',
  freeze: 'is frozen',
  thaw: 'is thawed',
  offline: 'loses its network',
  online: 'has a network again',
  release: 'gets and sends all that was held back',
}

const HELD_WORDS: Readonly<Record<Held, string>> = {
  both: 'everything to and from it is held back',
  'to-client': 'everything that comes to it is held back',
  'to-server': 'everything that it sends is held back',
}

export function inWords(act: Act): string {
  switch (act.do) {
    case 'hold':
      return `${act.tab}: ${HELD_WORDS[act.what]}`
    case 'let-one':
      return `${act.tab}: one thing that was held back goes through (number ${act.which} of the queues)`
    case 'rest':
      return 'wait until all is at rest'
    case 'moment':
      return 'a moment passes'
    default:
      return `${act.tab} ${TAB_WORDS[act.do]}`
  }
}

/** As a person can type it: `send A`, `hold B to-client`, `rest`. */
export function inShort(act: Act): string {
  switch (act.do) {
    case 'hold':
      return `hold ${act.tab} ${act.what}`
    case 'let-one':
      return `let-one ${act.tab} ${act.which}`
    case 'rest':
    case 'moment':
      return act.do
    default:
      return `${act.do} ${act.tab}`
  }
}

const ACT = /^(?<what>[a-z-]+)(?: +(?<tab>[A-Z]))?(?: +(?<more>[a-z-]+|\d{1,4}))?$/

/** Reads what {@link inShort} writes; null where it is none. */
export function readAct(text: string): Act | null {
  const {what, tab, more} = ACT.exec(text.trim())?.groups ?? {}
  if (what === 'rest' || what === 'moment') return tab === undefined && more === undefined ? {do: what} : null
  if (tab === undefined) return null
  if (what === 'hold') {
    const held = HELD.find((each) => each === more)
    return held === undefined ? null : {do: 'hold', tab, what: held}
  }
  if (what === 'let-one') return isCount(more) ? {do: 'let-one', tab, which: Number(more)} : null
  const act = TAB_ACTS.find((each) => each === what)
  return act === undefined || more !== undefined ? null : {do: act, tab}
}

const isCount = (text: string | undefined): text is string => text !== undefined && /^\d+$/.test(text)

/** All of them, parted by commas; empty text is none. */
export const allInShort = (acts: readonly Act[]): string => acts.map(inShort).join(', ')
