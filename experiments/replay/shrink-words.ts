/** How shrinking goes and what it came to, in words. Pure. */
import {scheduleInWords} from '../history/schedule-words.ts'
import {inWords} from '../scenario/step.ts'
import {plural} from '../report/format.ts'
import type {Script} from './sense.ts'
import {signInWords, type Sign} from './sign.ts'

export const sizeInWords = ({steps, schedule}: Script): string => {
  const tabs = steps.filter((step) => step.do === 'open').length
  const faults = schedule === null ? '' : `, ${plural(schedule.length, 'fault')}`
  return `${plural(steps.length, 'step')}, ${plural(tabs, 'tab')}${faults}`
}

export const scriptInWords = ({steps, schedule}: Script): readonly string[] => [
  ...steps.map((step, index) => `  ${String(index + 1).padStart(2)}. ${inWords(step)}`),
  ...scheduleInWords(schedule ?? []).map((fault) => `      fault ${fault}`),
]

export type Shrinking = {
  readonly tried: number
  readonly stillShown: number
  readonly smallest: Script
  /** At most. */
  readonly timeLeftMs: number
}

export const shrinkingInWords = ({tried, stillShown, smallest}: Omit<Shrinking, 'timeLeftMs'>): string =>
  `${tried} tried, ${stillShown} still ${stillShown === 1 ? 'shows' : 'show'} it; now ${sizeInWords(smallest)}`

export type ShrunkCell = {
  readonly sign: Sign
  readonly whole: Script
  readonly smallest: Script
  readonly tried: number
  readonly isMinimal: boolean
  /** What ended it before that. */
  readonly endedBy: 'rounds' | 'time' | 'you' | null
  /** Of how many plays at the end. */
  readonly shown: number
  readonly times: number
}

const ENDED_BY = {
  rounds: 'ended after its rounds: something smaller may show it, too',
  time: 'ended by its time: something smaller may show it, too',
  you: 'ended early: something smaller may show it, too',
} as const

export function shrunkInWords(cell: ShrunkCell): readonly string[] {
  const {sign, whole, smallest, tried, endedBy, shown, times} = cell
  return [
    `the smallest that still shows ${signInWords(sign)}, ${shown} of ${plural(times, 'time')}:`,
    ...scriptInWords(smallest),
    `made from ${sizeInWords(whole)}; ${tried} smaller ones tried, ${endedBy === null ? 'and nothing smaller shows it' : ENDED_BY[endedBy]}`,
  ]
}
