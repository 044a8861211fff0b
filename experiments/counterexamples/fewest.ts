/**
 * The search itself: of guesses the first that will do, then without one message and one event after another. Knows
 * nothing of what is searched for. Deterministic: bounded by how many events are judged, not by a clock. Rules CX1–CX3.
 */
import type {Violation} from '../checkers/verdict.ts'
import type {History, RecordedEvent} from '../history/history-event.ts'
import {reduce} from './reduce.ts'
import {idsIn} from './slices.ts'
import {parentsIn, withoutMessages} from './without-messages.ts'

/** CX3. About one and a half seconds of one core. */
const JUDGED_EVENTS_AT_MOST = 400_000
/** What a judgement costs besides its events, in events. */
const JUDGEMENT_COSTS = 20

type Events = readonly RecordedEvent[]

export type Fewest = {
  readonly events: Events
  /** No single event or message of it can go. False where judging was ended by CX3. */
  readonly isMinimal: boolean
}

/** `slices`: each holds what the one before it held; the last is taken where none will do. */
export function fewest(
  whole: History,
  slices: readonly Events[],
  willDo: (events: Events) => boolean,
): Fewest {
  let judged = 0
  const still = (events: Events): boolean => {
    judged += events.length + JUDGEMENT_COSTS
    return judged <= JUDGED_EVENTS_AT_MOST && willDo(events)
  }
  const start = slices.find(still) ?? slices.at(-1) ?? whole.events
  const events = reduced(start, still)
  return {events, isMinimal: judged <= JUDGED_EVENTS_AT_MOST}
}

function reduced(start: Events, still: (events: Events) => boolean): Events {
  let events = start
  for (;;) {
    const before = events
    const parents = parentsIn({events})
    const without = (kept: readonly string[]) => {
      const left = idsIn(events).difference(new Set(kept))
      return events.flatMap((event) => withoutMessages(event, left, parents) ?? [])
    }
    const ids = [...idsIn(events)]
    const kept = reduce(ids, (some) => still(without(some)))
    if (kept.length < ids.length) events = without(kept)
    events = reduce(events, still)
    if (events.length === before.length && kept.length === ids.length) return events
  }
}

export const isSame = (a: Violation, b: Violation): boolean =>
  a.tab === b.tab && a.note === b.note && a.lines.join() === b.lines.join()
