/** Reads from a replica: how far back one looks that need not be up to date. Rules CL24, HB7. */
import type {Request} from 'express'
import {CONSISTENCIES, type Consistency} from '#protocol/consistency.ts'
import type {User} from '../accounts/user.ts'
import {wordIn} from './query.ts'

/** The primary sees everything. */
export const NOW = Infinity

export const consistencyIn = (req: Request): Consistency =>
  wordIn(req, 'consistency', 'eventual', CONSISTENCIES)

/** Up to which moment (wall clock, ms) such a read sees what was written. */
export const seenUntilMs = ({settings}: User, consistency: Consistency, wallMs: () => number): number =>
  consistency === 'strong' || settings.replicaLagMs === 0 ? NOW : wallMs() - settings.replicaLagMs
