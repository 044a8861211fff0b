/** A run of random fault cells in words: how it went, what failed, and the one command that plays the failure again. Pure. */
import {plainQuantile, sorted} from '../statistics/quantile.ts'
import {scheduleInWords} from '../history/schedule-words.ts'
import {deedsInWords} from './deed.ts'
import type {FaultCell} from './fault-cell.ts'
import type {PlayedCell} from './play-fault-cell.ts'
import {isFailed, type FaultRun, type Smallest} from './run-fault-cells.ts'

export type FaultRunSummary = {
  readonly cells: number
  readonly failed: number
  readonly notPlayed: number
  readonly lost: number
  readonly doubled: number
  readonly reordered: number
  readonly messages: number
  readonly faultsThatBit: number
  readonly cellsThatWereBitten: number
  /** From the last heal, and the last deed, until all tabs were fresh again, in milliseconds. */
  readonly recoveryMs: {readonly p50: number; readonly p95: number; readonly max: number} | null
}

export function summaryOf({played}: Pick<FaultRun, 'played'>): FaultRunSummary {
  const sum = (of: (each: PlayedCell) => number) => played.reduce((total, each) => total + of(each), 0)
  const recoveries = sorted(played.flatMap(({recoveredMs}) => recoveredMs ?? []))
  return {
    cells: played.length,
    failed: played.filter(isFailed).length,
    notPlayed: played.filter(({failure}) => failure !== null).length,
    lost: sum(({lost}) => lost),
    doubled: sum(({doubled}) => doubled),
    reordered: sum(({reordered}) => reordered),
    messages: sum(({messages}) => messages),
    faultsThatBit: sum(({faultsThatBit}) => faultsThatBit),
    cellsThatWereBitten: played.filter(({faultsThatBit}) => faultsThatBit > 0).length,
    recoveryMs:
      recoveries.length === 0
        ? null
        : {
            p50: plainQuantile(recoveries, 0.5),
            p95: plainQuantile(recoveries, 0.95),
            max: recoveries.at(-1) ?? Number.NaN,
          },
  }
}

export function summaryInWords(summary: FaultRunSummary): readonly string[] {
  const {cells, failed, notPlayed, lost, doubled, reordered, messages, faultsThatBit} = summary
  const recovery =
    summary.recoveryMs === null
      ? []
      : [
          `once all was healed and written, all tabs showed everything within ${inS(summary.recoveryMs.p50)} (p50), ` +
            `${inS(summary.recoveryMs.p95)} (p95), ${inS(summary.recoveryMs.max)} at most`,
        ]
  return [
    `${cells} cells, ${failed} failed${notPlayed === 0 ? '' : ` (${notPlayed} of them could not be played)`}`,
    `${messages} messages: ${lost} lost, ${doubled} doubled, ${reordered} in the wrong order`,
    `${faultsThatBit} faults bit, in ${summary.cellsThatWereBitten} cells`,
    ...recovery,
  ]
}

const inS = (ms: number) => `${(ms / 1_000).toFixed(2)} s`

const MOST_TOLD = 6

export function failureInWords({cell, violations, failure}: PlayedCell): readonly string[] {
  const told = violations
    .slice(0, MOST_TOLD)
    .map(({rule, tab, note}) => `  ${rule} ${tab === '' ? '' : `${tab}: `}${note}`)
  const more = violations.length > MOST_TOLD ? [`  and ${violations.length - MOST_TOLD} more`] : []
  return [
    `cell ${cell.seed} failed${failure === null ? '' : `: ${failure}`}`,
    ...told,
    ...more,
    ...scheduleInWords(cell.schedule).map((line) => `    ${line}`),
    `    deeds: ${cell.deeds.length === 0 ? 'none' : deedsInWords(cell.deeds)}`,
  ]
}

export function smallestInWords({cell, played}: Smallest): readonly string[] {
  if (played === null)
    return ['it did not fail again when it was played anew, with:', `  ${replayCommand(cell)}`]
  return [
    'the least that still fails:',
    ...failureInWords(played).slice(1),
    'play it again with:',
    `  ${replayCommand(cell)}`,
  ]
}

/** For a shell. The JSON has no single quotes, because names of tabs have none. */
export function replayCommand({platform, policy, seed, tabs, haste, schedule, deeds}: FaultCell): string {
  const quoted = (text: string) => `'${text.replaceAll("'", String.raw`'\''`)}'`
  return [
    'npm run tabwitness -- faults',
    `--replay ${quoted(JSON.stringify(schedule))}`,
    `--deeds ${quoted(deedsInWords(deeds))}`,
    `--seed ${quoted(seed)}`,
    `--platform ${platform} --policy ${policy} --tabs ${tabs.length} --haste ${haste}`,
  ].join(' ')
}
