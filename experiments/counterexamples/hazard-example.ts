/**
 * The fewest events of a history that still show the hazard of its cell in the same place and the same words, where its
 * sign is no guarantee's: somebody acted on what had been deleted, renamed, stopped, or was not theirs. Of what a sign
 * has to rule out something is left, too. Rules CX1–CX3, CX7.
 */
import type {Violation} from '../checkers/verdict.ts'
import {SIGNS} from '../hazards/hazard-in.ts'
import type {Sign} from '../hazards/hazard-in.ts'
import type {Hazard} from '../hazards/hazard.ts'
import type {History, RecordedEvent} from '../history/history-event.ts'
import {fewest, isSame} from './fewest.ts'

export type HazardExample = {
  readonly hazard: Hazard
  /** Its lines are those of the whole history's file. */
  readonly violation: Violation
  readonly whole: History
  readonly smallest: History
  readonly isMinimal: boolean
}

/** Null where it does not show, or where the history does not say. */
export function hazardExampleOf(
  whole: History,
  hazard: Hazard,
  sign: Sign = SIGNS[hazard],
): HazardExample | null {
  const [violation] = shownBy(sign, whole)
  if (violation === undefined) return null
  const {events, isMinimal} = fewest(whole, slicesFor(whole, violation), (some) =>
    shownBy(sign, {...whole, events: some}).some((each) => isSame(each, violation)),
  )
  return {hazard, violation, whole, smallest: {...whole, events}, isMinimal}
}

/** A sign throws where it cannot tell: then nothing is shown. */
function shownBy(sign: Sign, history: History): readonly Violation[] {
  try {
    return sign(history)
  } catch {
    return []
  }
}

const PIECES: ReadonlySet<string> = new Set([
  'appended',
  'delivered',
  'received',
  'applied',
  'painted',
  'ticks',
])
const VIEWS: ReadonlySet<string> = new Set(['shown', 'reading'])

function slicesFor({events}: History, {lines}: Violation): readonly (readonly RecordedEvent[])[] {
  const isOf = (kinds: ReadonlySet<string>) => (event: RecordedEvent) =>
    (event.kind === 'witness' || event.kind === 'ledger') && kinds.has(event.event.kind)
  const isPinned = ({line}: RecordedEvent) => lines.includes(line)
  const [isPiece, isView] = [isOf(PIECES), isOf(VIEWS)]
  return [
    events.filter((event) => isPinned(event) || !(isPiece(event) || isView(event))),
    events.filter((event) => isPinned(event) || !isPiece(event)),
    events,
  ]
}
