/** Refusals that routes throw, and how any error becomes an answer. The shapes are observed, the words mostly ours. Rules ER1–ER3. */
import type {ErrorRequestHandler, Response} from 'express'
import type {HttpErrorBody} from '#protocol/http-error.ts'
import {ProtocolError} from '#protocol/protocol-error.ts'

export class HttpRefusal extends Error {
  override readonly name = 'HttpRefusal'
  readonly status: number
  readonly detail: HttpErrorBody['detail']

  constructor(status: number, detail: HttpErrorBody['detail']) {
    super(typeof detail === 'string' ? detail : detail.message)
    this.status = status
    this.detail = detail
  }
}

/** 429 says when to come back, in the body (observed) and in the header. */
export const tooMany = (clearsInS: number): HttpRefusal =>
  new HttpRefusal(429, {
    message: 'Too many requests in a short time',
    code: 'rate_limit_exceeded',
    clears_in: clearsInS,
  })

export const noConversation = () => new HttpRefusal(404, 'Conversation not found')

function send(res: Response, {status, detail}: Pick<HttpRefusal, 'status' | 'detail'>): void {
  if (typeof detail !== 'string' && detail.clears_in !== undefined)
    res.set('retry-after', String(detail.clears_in))
  res.status(status).json({detail})
}

/** `record` hears of each refusal: where, and a code; nothing of what was sent. */
export const answerErrors =
  (record: (where: string, code: string) => void): ErrorRequestHandler =>
  (error: unknown, req, res, _next) => {
    const refusal = refusalOf(error)
    record(`http ${req.method}`, String(refusal.status))
    if (res.headersSent) return void res.destroy()
    send(res, refusal)
  }

function refusalOf(error: unknown): Pick<HttpRefusal, 'status' | 'detail'> {
  if (error instanceof HttpRefusal) return error
  if (error instanceof ProtocolError)
    return {status: error.code === 'not-json' ? 400 : 422, detail: error.message}
  const status = statusOf(error)
  if (status === 413) return {status, detail: 'The message you submitted was too long'}
  if (status >= 400 && status < 500) return {status, detail: 'Bad Request'}
  return {status: 500, detail: 'Internal Server Error'}
}

/** Express and its body reader put the status on the error. */
const statusOf = (error: unknown): number =>
  error instanceof Error && 'status' in error ? Number(error.status) : 500
