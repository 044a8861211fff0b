/** For tests: one story for each guarantee that breaks it, in the notation of `story.ts`, with a good deal that is not needed. */
import {CALM, SENT} from '../guarantees/held-to.ts'
import type {GuaranteeName} from '../guarantees/guarantee.ts'

/** B answers what A has already gone on from. */
export const FORK = `${SENT}; B sends m3 on a1; B shows m1 a1 m3?; commit m3 on a1; B shows m1 a1 m3`

export const BROKEN_STORIES: Readonly<Record<GuaranteeName, string>> = {
  noPhantom: `${SENT}; B shows m1 a1 m2 x9`,
  noDuplicate: `${SENT}; B shows m1 a1 m2 m2`,
  nothingLost: `${SENT}; B hides; B returns; B shows m1 a1`,
  convergence: `${SENT}; B sends m3 on a1; commit m3 on a1; B shows m1 a1 m3`,
  inOrder: `${SENT}; B shows m1 m2 a1`,
  monotonicWrites: `${SENT}; A shows m1 a1; A sends m3 on a1; commit m3 on a1`,
  monotonicReads: `${SENT}; B shows m1 a1 m2; B shows m1 a1; B shows m1 a1 m2`,
  readYourWrites: `${SENT}; B shows m1 a1 m2; A shows m1 a1`,
  writesFollowReads: `${CALM}; commit m2 on a1; A shows m1 a1 m2; A sends m3 on a1; commit m3 on a1`,
  monotonicWritesOfPerson: FORK,
  monotonicReadsOfPerson: `${CALM}; B hides; A sends m2 on a1; commit m2 on a1; A shows m1 a1 m2; B returns; 9000 B shows m1 a1 m2`,
  readYourWritesOfPerson: `${SENT}; B regenerates a1 on m1`,
  writesFollowReadsOfPerson: FORK,
  boundedStaleness: `${SENT}; commit a2 on m2; C opens; C shows m1 a1 m2 a2; B sends m3 on a1`,
  timelyVisibility: `${CALM}; commit a2 on a1; commit a3 on a2`,
  noLostUpdate: `${SENT}; fault 1 strikes; 4000 B sends m3 on a1; commit m3 on a1; B shows m1 a1 m3; fault 1 heals; A loads; A shows m1 a1 m3`,
  noSilentFork: FORK,
}
