/** Whether a channel spoke where it was predicted to, and kept silent where it was not. Pure. Rule TG27. */
import type {Difference} from '../checkers/differences.ts'
import {sayLines} from '../checkers/verdict.ts'
import type {Cause} from './cause.ts'
import type {TriggerFinding} from './trigger-finding.ts'

export type Speaks = 'speaks' | 'silent'
export type TriggerPredictions = Readonly<Partial<Record<Cause, Speaks>>>

/** Of the channel of the tab that does nothing; an answer's stream is asked for. What is not named is not predicted. */
export const triggerDifferences = (
  predictions: TriggerPredictions,
  findings: readonly TriggerFinding[],
): readonly Difference[] =>
  findings.flatMap(({cause, channel, line, frames, watchedMs}): Difference[] => {
    const expected = predictions[cause]
    const seen: Speaks = frames.length > 0 ? 'speaks' : 'silent'
    if (channel === 'answer-stream' || expected === undefined || expected === seen) return []
    const note =
      seen === 'silent'
        ? `${channel} says nothing within ${Math.round(watchedMs)} ms of this: ${cause}`
        : `${channel} speaks of what it was to be silent about: ${cause}, ${frames[0]?.type}`
    return [{note: note + sayLines([line, ...frames.map((frame) => frame.line)]), isWorse: seen === 'silent'}]
  })
