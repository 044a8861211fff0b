/** Whether what became of a tab is well: the same judgement for the terminal's colours and the report's. */
import type {Row} from './summary.ts'

/** Null where there is nothing to judge. */
export function toneOfRecovery(column: string, {recoveries}: Row): 'green' | 'yellow' | 'red' | null {
  if (recoveries === undefined) return null
  const {lost, expected, doubled, reordered, falseAlarms, exact, sentTwice, saidComplete} = recoveries
  switch (column) {
    case 'lost':
      return expected === 0 ? null : ofShare(expected - lost, expected)
    case 'exact':
      return exact.of === 0 ? null : ofShare(exact.yes, exact.of)
    case 'doubled':
      return doubled > 0 ? 'red' : null
    case 'reordered':
      return reordered > 0 ? 'red' : null
    case 'alarms':
      return falseAlarms > 0 ? 'yellow' : null
    case 'twice':
      return sentTwice > 0 ? 'red' : null
    case 'complete':
      return saidComplete > 0 ? 'red' : 'green'
    default:
      return null
  }
}

function ofShare(part: number, whole: number): 'green' | 'yellow' | 'red' {
  if (part === whole) return 'green'
  return part === 0 ? 'red' : 'yellow'
}
