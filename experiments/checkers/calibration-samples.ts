/**
 * What the instrument is worth: its sightings against moments the page itself knows, beside those of a hand-written
 * script; the delay put into the channel against the delay measured; and the bound on each tab's clock.
 */
import type {History, RecordedEvent} from '../history/history-event.ts'
import {presencesOf} from './presence.ts'
import {CHANNEL_DELAY} from './sample.ts'
import type {SampleOf} from './sample.ts'
import {holdsOf, stateAt, windowNamed} from './span.ts'

export function beaconSamples(history: History): readonly SampleOf[] {
  const trueAt = new Map<string, number>()
  for (const event of history.events) {
    const seen = beaconIn(event)
    if (seen?.stage !== 'true') continue
    trueAt.set(keyOf(seen.tab, seen.beacon), event.at)
    trueAt.set(seen.beacon, event.at)
  }
  return history.events.flatMap((event): SampleOf[] => {
    const seen = event.kind === 'rival' ? {...event, stage: 'rival'} : beaconIn(event)
    if (seen === null || (seen.stage !== 'rival' && seen.stage !== 'shown')) return []
    // A rival watches the same beacon from another page where it has to.
    const since = trueAt.get(keyOf(seen.tab, seen.beacon)) ?? trueAt.get(seen.beacon)
    if (since === undefined) return []
    return [
      {
        measure: seen.stage === 'rival' ? 'rival-error' : 'witness-error',
        tab: seen.tab,
        valueMs: event.at - since,
        censored: false,
        about: {beacon: seen.beacon},
      },
    ]
  })
}

const keyOf = (tab: string, beacon: string) => JSON.stringify([tab, beacon])

function beaconIn(event: RecordedEvent): {tab: string; beacon: string; stage: string} | null {
  if (event.kind !== 'witness' || event.event.kind !== 'beacon-seen') return null
  return {tab: event.tab, beacon: event.event.beacon, stage: event.event.stage}
}

/** Not held at zero as staleness is: an instrument must be free to be early. */
export function injectedDelaySamples(history: History): readonly SampleOf[] {
  const {experiment, conditions} = history.header.cell
  const injectedMs = conditions[CHANNEL_DELAY]
  const main = windowNamed(history, 'main')
  if (experiment !== 'calibration' || typeof injectedMs !== 'number' || main === null) return []
  const holds = holdsOf(history)
  return presencesOf(history).map(({message, tab, main: sighting}) => ({
    measure: 'injected-delay',
    tab,
    valueMs: (sighting?.at ?? main.to) - message.at,
    censored: sighting === null,
    about: {injectedMs, message: message.id, state: stateAt(holds, tab, main.from) ?? 'not said'},
  }))
}

export const clockErrorSamples = ({events}: History): readonly SampleOf[] =>
  events
    .filter((event) => event.kind === 'tab-opened')
    .map(({tab, clockErrorMs}) => ({
      measure: 'clock-error',
      tab,
      valueMs: clockErrorMs,
      censored: false,
      about: {},
    }))
