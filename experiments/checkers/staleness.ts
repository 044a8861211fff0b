/**
 * Rule K5: how long a tab was stale. From the server's commit to the tab showing the whole message; censored when the
 * main window closed first. A tab that showed it before the commit (a relay can) was never stale: 0 ms.
 */
import type {History} from '../history/history-event.ts'
import type {Checker} from './checker.ts'
import {presencesOf} from './presence.ts'
import type {SampleOf} from './sample.ts'
import {holdsOf, stateAt, windowNamed} from './span.ts'

export const staleness: Checker = (history) => {
  if (windowNamed(history, 'main') === null) return {verdict: 'valid', details: {samples: 0, censored: 0}}
  const samples = stalenessSamples(history)
  const impossible = samples.find(({valueMs}) => !Number.isFinite(valueMs))
  if (impossible !== undefined)
    return {verdict: 'unknown', why: `${impossible.tab}: a staleness that is no number`}
  return {
    verdict: 'valid',
    details: {samples: samples.length, censored: samples.filter(({censored}) => censored).length},
  }
}

export function stalenessSamples(history: History): readonly SampleOf[] {
  const main = windowNamed(history, 'main')
  if (main === null) return []
  const holds = holdsOf(history)
  return presencesOf(history).map(({message, tab, main: sighting}) => ({
    measure: 'staleness',
    tab,
    valueMs: Math.max(0, (sighting?.at ?? main.to) - message.at),
    censored: sighting === null,
    about: {message: message.id, role: message.role, state: stateAt(holds, tab, main.from) ?? 'not said'},
  }))
}
