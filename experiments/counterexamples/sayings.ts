/** How moments, waits, messages and tabs are called in the telling and in the drawing alike. Rule CX4. */
import type {GuaranteeName} from '../guarantees/guarantee.ts'
import {sayMs} from '../report/format.ts'
import type {Facts, MessageFacts} from './facts.ts'

/** `2.314 s`; with a minus sign before the main window. Three digits: tabs do not agree on more. */
export const sayMoment = (at: number, {zeroAt}: Pick<Facts, 'zeroAt'>): string => {
  const seconds = (Math.abs(at - zeroAt) / 1_000).toFixed(3)
  return at < zeroAt && seconds !== '0.000' ? `−${seconds} s` : `${seconds} s`
}

export const sayWait = (ms: number): string => sayMs(Math.abs(ms))

/** `A's m6`, to the tab itself `its m6`, `the answer m7` or, of what nobody here wrote, `m1`. */
export function sayMessage({name, act, role}: MessageFacts, to: string | null = null): string {
  if (act !== null) return act.tab === to ? `its ${name}` : `${act.tab}’s ${name}`
  return role === 'assistant' ? `the answer ${name}` : name
}

/** A name keeps its small letter: `m3` is `m3` wherever it stands. */
export const sentence = (text: string): string =>
  /^m\d/.test(text) ? `${text}.` : `${text.charAt(0).toUpperCase()}${text.slice(1)}.`

export const joined = (names: readonly string[]): string => new Intl.ListFormat('en-GB').format(names)

export const GUARANTEE_NAMES: Readonly<Record<GuaranteeName, string>> = {
  noPhantom: 'no phantom',
  noDuplicate: 'no duplicate',
  nothingLost: 'nothing lost',
  convergence: 'convergence after heal',
  inOrder: 'in order',
  monotonicWrites: 'monotonic writes of a tab',
  monotonicReads: 'monotonic reads of a tab',
  readYourWrites: 'read your writes of a tab',
  writesFollowReads: 'writes follow reads of a tab',
  monotonicWritesOfPerson: 'monotonic writes of a person',
  monotonicReadsOfPerson: 'monotonic reads of a person',
  readYourWritesOfPerson: 'read your writes of a person',
  writesFollowReadsOfPerson: 'writes follow reads of a person',
  boundedStaleness: 'k-staleness',
  timelyVisibility: 't-visibility',
  noLostUpdate: 'no lost update',
  noSilentFork: 'no silent fork',
}
