/**
 * What is written into a conversation while faults strike it: messages of the server's own, and messages that tabs send and
 * that are answered. One after another: each waits for its moment and for the one before it. Pure. Rule VT5.
 */
import {seededRandom} from '../../servers/model/seeded.ts'
import {UsageError} from '../usage-error.ts'

export type Deed =
  | {readonly atMs: number; readonly do: 'commit'}
  | {readonly atMs: number; readonly do: 'send'; readonly tab: string}

export type DeedWishes = {
  readonly seed: string
  readonly tabs: readonly string[]
  /** All are due by then. */
  readonly lengthMs: number
  readonly count: number
}

const SHARE_OF_COMMITS = 0.5

export function drawDeeds({seed, tabs, lengthMs, count}: DeedWishes): readonly Deed[] {
  const random = seededRandom(`deeds/${seed}`)
  const draw = (): Deed => {
    const atMs = Math.floor(random() * lengthMs)
    const tab = tabs[Math.floor(random() * tabs.length)] ?? 'A'
    return random() < SHARE_OF_COMMITS ? {atMs, do: 'commit'} : {atMs, do: 'send', tab}
  }
  return Array.from({length: count}, draw).toSorted((a, b) => a.atMs - b.atMs)
}

/** As a person can type them: `120 commit, 300 send B`. */
export const deedsInWords = (deeds: readonly Deed[]): string => deeds.map(deedInWords).join(', ')

export const deedInWords = (deed: Deed): string =>
  deed.do === 'commit' ? `${deed.atMs} commit` : `${deed.atMs} send ${deed.tab}`

const DEED = /^(\d{1,8}) +(?:(commit)|send +([\w-]{1,32}))$/

/** Reads what {@link deedsInWords} writes; nothing but blanks is none. Throws {@link UsageError}. */
export function readDeeds(text: string, tabs: readonly string[]): readonly Deed[] {
  const parts = text.split(',').map((part) => part.trim())
  if (parts.every((part) => part === '')) return []
  return parts.map((part) => {
    const [, at, commit, tab] = DEED.exec(part) ?? []
    if (at === undefined)
      throw new UsageError(`--deeds "${part}" is not accepted; a deed reads "120 commit" or "300 send B".`)
    if (commit !== undefined) return {atMs: Number(at), do: 'commit'}
    if (tab !== undefined && tabs.includes(tab)) return {atMs: Number(at), do: 'send', tab}
    throw new UsageError(`--deeds "${part}" names the tab "${tab}"; there are ${tabs.join(', ')}.`)
  })
}
