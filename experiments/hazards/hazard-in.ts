/**
 * Whether the hazard that a cell is about showed, and what the cell cost. A pure function of the history; what the history
 * does not say is thrown and never taken for absence. Rules HZ1, HZ6–HZ16.
 */
import type {Violation} from '../checkers/verdict.ts'
import type {History} from '../history/history-event.ts'
import {
  answeredByOldModel,
  askedAsAnother,
  draftGone,
  sentIntoDeleted,
  sentUnderOldName,
  stoppedUnsaid,
} from './by-acts.ts'
import {
  forked,
  forkedByOutbox,
  forkedInStream,
  lackedOnReload,
  overwritten,
  sentTwice,
} from './by-guarantee.ts'
import {costOf} from './cost.ts'
import {HAZARDS, type Hazard, type HazardFinding} from './hazard.ts'

/** What proves that the hazard showed; empty where it did not. Throws where the history lacks what that takes. */
export type Sign = (history: History) => readonly Violation[]

export const SIGNS: Record<Hazard, Sign> = {
  'silent fork': forked,
  'both send': forked,
  'stale edit': overwritten('edit'),
  'stale regenerate': overwritten('regenerate'),
  'send into a stream': forkedInStream,
  'sent into deleted': sentIntoDeleted,
  'sent under an old name': sentUnderOldName,
  'stopped by another tab': stoppedUnsaid,
  'answered by the old model': answeredByOldModel,
  'outbox replayed': forkedByOutbox,
  'resent with the same ids': sentTwice,
  'resent with fresh ids': sentTwice,
  'draft lost': draftGone,
  'read from a lagging replica': lackedOnReload,
  'sent as another account': askedAsAnother,
}

/** Null where the cell is about no hazard. */
export function hazardIn(history: History): HazardFinding | null {
  const word = history.header.cell.conditions['hazard']
  if (word === undefined) return null
  const hazard = HAZARDS.find((name) => name === word)
  if (hazard === undefined) throw new TypeError(`the cell names an unknown hazard: ${word}`)
  const because = SIGNS[hazard](history)
  return {hazard, isShown: because.length > 0, because, cost: costOf(history)}
}
