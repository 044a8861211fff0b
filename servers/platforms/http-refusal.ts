/**
 * Refusals that routes throw, and how any error becomes an answer. What an answer looks like is the platform's own: its
 * dialect. Rules ER3, CL53.
 */
import type {ErrorRequestHandler, Response} from 'express'
import {ProtocolError} from '#protocol/protocol-error.ts'

type About = {readonly code?: string; readonly clearsInS?: number}

export class HttpRefusal extends Error {
  override readonly name = 'HttpRefusal'
  readonly status: number
  /** For programs; null where the platform has no word for it. */
  readonly code: string | null
  /** When it is worth to come back. */
  readonly clearsInS: number | null

  constructor(status: number, message: string, {code, clearsInS}: About = {}) {
    super(message)
    this.status = status
    this.code = code ?? null
    this.clearsInS = clearsInS ?? null
  }
}

export type ErrorDialect = {
  /** What a body of a wrong shape is; one that is not JSON is 400 everywhere. */
  readonly badShapeStatus: 400 | 422
  readonly tooLong: () => HttpRefusal
  readonly body: (refusal: HttpRefusal) => unknown
}

/** `record` hears of each refusal: where, and a code; nothing of what was sent. */
export const answerErrors =
  (dialect: ErrorDialect, record: (where: string, code: string) => void): ErrorRequestHandler =>
  (error: unknown, req, res, _next) => {
    const refusal = refusalOf(error, dialect)
    record(`http ${req.method}`, String(refusal.status))
    if (res.headersSent) return void res.destroy()
    send(res, refusal, dialect)
  }

function send(res: Response, refusal: HttpRefusal, dialect: ErrorDialect): void {
  if (refusal.clearsInS !== null) res.set('retry-after', String(refusal.clearsInS))
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
