/** The times of recovering as samples, so that quantiles, intervals and survival curves are made as of any other. */
import type {History} from '../history/history-event.ts'
import {recoveriesOf} from './recovery.ts'
import type {SampleOf} from './sample.ts'

export function recoverySamples(history: History): readonly SampleOf[] {
  return recoveriesOf(history).flatMap(({tab, state, from, detect, reconnect, fresh}) => {
    const times = [
      ['time-to-detect', detect],
      ['time-to-reconnect', reconnect],
      ['time-to-fresh', fresh],
    ] as const
    return times.flatMap(([measure, took]): SampleOf[] =>
      took === null ? [] : [{measure, tab, ...took, about: {from, state}}],
    )
  })
}
