/** How a run is going, in words: one block for a terminal, one line a cell elsewhere. Pure. */
import color from 'picocolors'
import type {FinishedCell, Progress} from '../runner/run-options.ts'

const BAR_WIDTH = 28

export function progressBlock(now: Progress, columns: number): string {
  const share = now.total === 0 ? 0 : now.done / now.total
  const filled = Math.round(share * BAR_WIDTH)
  const bar = color.cyan('█'.repeat(filled)) + color.dim('░'.repeat(BAR_WIDTH - filled))
  const left = now.timeLeftMs === null ? '' : `  ${timeLeft(now.timeLeftMs)} left`
  return [
    `${bar}  ${now.done}/${now.total} cells${left}`,
    color.dim(shorten(`${now.phase}: ${now.current}`, columns)),
    countsInWords(now),
  ].join('\n')
}

export function cellLine(now: Progress, cell: FinishedCell): string {
  const left = now.timeLeftMs === null ? '' : `, ${timeLeft(now.timeLeftMs)} left`
  const cost = `fixed cost ${Math.round(cell.fixedCostMs)} ms`
  return `[${now.done}/${now.total}] ${cell.validity}, ${cell.outcome}: ${cell.label} (${cost}${left})`
}

export const phaseLine = (now: Progress): string => `${now.phase}: ${now.current}`

const loud = (count: number, word: string, paint: (text: string) => string) =>
  count === 0 ? color.dim(`${count} ${word}`) : paint(`${count} ${word}`)

function countsInWords({counts}: Progress): string {
  return [
    loud(counts.valid, 'valid', color.green),
    loud(counts.invalid, 'invalid', color.red),
    loud(counts.unknown, 'unknown', color.yellow),
    loud(counts.surprises, counts.surprises === 1 ? 'surprise' : 'surprises', color.magenta),
  ].join(color.dim(' · '))
}

export function timeLeft(ms: number): string {
  const seconds = Math.max(1, Math.round(ms / 1_000))
  if (seconds < 90) return `about ${seconds} s`
  return `about ${Math.round(seconds / 60)} min`
}

const shorten = (text: string, columns: number) =>
  text.length < columns ? text : `${text.slice(0, Math.max(0, columns - 2))}…`
