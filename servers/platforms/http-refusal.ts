/**
 * Refusals that routes throw, and how any error becomes an answer. What an answer looks like is the platform's own: its
 * dialect. Rules ER3, CL53, CF4.
 */
import type {ErrorRequestHandler, Response} from 'express'
import {ProtocolError} from '#protocol/protocol-error.ts'

/** A send that was refused because the conversation had gone on. Ids are null at the root. */
export type Conflict = {
  readonly userId: string
  readonly conversationId: string
  /** The person's message that is not stored; null where another answer was asked for. */
  readonly promptId: string | null
  readonly parentId: string | null
  readonly leafId: string | null
}

type About = {readonly code?: string; readonly clearsInS?: number; readonly conflict?: Conflict}

export class HttpRefusal extends Error {
  override readonly name = 'HttpRefusal'
  readonly status: number
  /** For programs; null where the platform has no word for it. */
  readonly code: string | null
  /** When it is worth to come back. */
  readonly clearsInS: number | null
  readonly conflict: Conflict | null

  constructor(status: number, message: string, {code, clearsInS, conflict}: About = {}) {
    super(message)
    this.status = status
    this.code = code ?? null
    this.clearsInS = clearsInS ?? null
    this.conflict = conflict ?? null
  }
}

export type ErrorDialect = {
  /** What a body of a wrong shape is; one that is not JSON is 400 everywhere. */
  readonly badShapeStatus: 400 | 422
  readonly tooLong: () => HttpRefusal
  readonly body: (refusal: HttpRefusal) => unknown
}

/** Hears of each refusal: where, and a code; of what was sent, at most ids. */
export type OnRefusal = (where: string, code: string, conflict: Conflict | null) => void

export const answerErrors =
  (dialect: ErrorDialect, record: OnRefusal): ErrorRequestHandler =>
  (error: unknown, req, res, _next) => {
    const refusal = refusalOf(error, dialect)
    record(`http ${req.method}`, String(refusal.status), refusal.conflict)
    if (res.headersSent) return void res.destroy()
    send(res, refusal, dialect)
  }

function send(res: Response, refusal: HttpRefusal, dialect: ErrorDialect): void {
  if (refusal.clearsInS !== null) res.set('retry-after', String(refusal.clearsInS))
  // The official SDKs repeat a 409 by themselves otherwise.
  if (refusal.conflict !== null) res.set('x-should-retry', 'false')
  res.status(refusal.status).json(dialect.body(refusal))
}

function refusalOf(error: unknown, {badShapeStatus, tooLong}: ErrorDialect): HttpRefusal {
  if (error instanceof HttpRefusal) return error
  if (error instanceof ProtocolError)
    return new HttpRefusal(error.code === 'not-json' ? 400 : badShapeStatus, error.message)
  const status = statusOf(error)
  if (status === 413) return tooLong()
  if (status >= 400 && status < 500) return new HttpRefusal(status, 'Bad Request')
  return new HttpRefusal(500, 'Internal Server Error')
}

/** Express and its body reader put the status on the error. */
const statusOf = (error: unknown): number =>
  error instanceof Error && 'status' in error ? Number(error.status) : 500
