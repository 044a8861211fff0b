/** Requests of the API to servers that carry too much, or are slow. Rules CE48, ER6, CL55. */
import type {RequestHandler} from 'express'
import type {Strain} from '../strain.ts'
import type {HttpRefusal} from './http-refusal.ts'

/** `refusal` is the platform's own for a server that carries too much. */
export const refuseOverload =
  (strain: Readonly<Strain>, refusal: (retryAfterS: number) => HttpRefusal): RequestHandler =>
  (_req, _res, next) => {
    if (strain.retryAfterS !== null) throw refusal(strain.retryAfterS)
    next()
  }

/** Holds what was asked back, also where nobody waits for the answer any more: it was asked. */
export const answerSlowly =
  (strain: Readonly<Strain>): RequestHandler =>
  (_req, _res, next) => {
    if (strain.slowMs <= 0) return next()
    // A server that is closed does not wait for it.
    setTimeout(() => next(), strain.slowMs).unref()
    return undefined
  }
