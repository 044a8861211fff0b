/** How long after a trigger the tab that does nothing was told; censored where it was not, when the watch ended. Rule TG26. */
import type {SampleOf} from '../checkers/sample.ts'
import type {History} from '../history/history-event.ts'
import {OBSERVER} from './cause.ts'
import {triggerFindings} from './trigger-finding.ts'

export const triggerSamples = (history: History): readonly SampleOf[] =>
  triggerFindings(history)
    .filter(({channel}) => channel !== 'answer-stream')
    .map(({cause, channel, frames, watchedMs}): SampleOf => {
      const [first] = frames
      return {
        measure: 'trigger-delay',
        tab: OBSERVER,
        valueMs: first?.afterMs ?? watchedMs,
        censored: first === undefined,
        about: {cause, channel, frames: frames.length, ...(first && {type: first.type, bytes: first.bytes})},
      }
    })
