/** Refusals that the API's routes throw, and how any error becomes one of Google's bodies. Words are ours where undocumented. Rules FB50–FB56. */
import type {ErrorRequestHandler, Response} from 'express'
import {BAD_REQUEST, FCM_ERROR, type FcmErrorCode, type GoogleErrorBody} from '#protocol/fcm/google-error.ts'
import type {FieldIssue, Read} from '#protocol/fcm/issue.ts'

const HTTP = {
  UNREGISTERED: {code: 404, status: 'NOT_FOUND', message: 'Requested entity was not found.'},
  INVALID_ARGUMENT: {code: 400, status: 'INVALID_ARGUMENT', message: 'Request contains an invalid argument.'},
  SENDER_ID_MISMATCH: {code: 403, status: 'PERMISSION_DENIED', message: 'SenderId mismatch'},
  QUOTA_EXCEEDED: {
    code: 429,
    status: 'RESOURCE_EXHAUSTED',
    message: 'Quota exceeded for this message target.',
  },
  UNAVAILABLE: {code: 503, status: 'UNAVAILABLE', message: 'The service is currently unavailable.'},
  INTERNAL: {code: 500, status: 'INTERNAL', message: 'Internal error encountered.'},
} as const satisfies Record<FcmErrorCode, {code: number; status: string; message: string}>

/** Google asks for at least as long (documented: 60 s for a quota where it names none, and a short wait otherwise). */
const RETRY_AFTER_S: Partial<Record<FcmErrorCode, number>> = {QUOTA_EXCEEDED: 60, UNAVAILABLE: 1}

type Details = NonNullable<GoogleErrorBody['error']['details']>

export class GoogleRefusal extends Error {
  override readonly name = 'GoogleRefusal'
  readonly httpStatus: number
  readonly status: string
  readonly details: Details
  readonly retryAfterS: number | undefined

  constructor(
    {code, status, message}: {code: number; status: string; message: string},
    details: Details = [],
    retryAfterS?: number,
  ) {
    super(message)
    this.httpStatus = code
    this.status = status
    this.details = details
    this.retryAfterS = retryAfterS
  }

  /** What the ledger groups by: FCM's own code where there is one. */
  get code(): string {
    const own = this.details.find((detail) => detail['@type'] === FCM_ERROR)
    return own ? String(own['errorCode']) : this.status
  }
}

/** With FCM's code in the details, as `messages:send` answers. */
export function fcmRefusal(errorCode: FcmErrorCode, issue?: FieldIssue): GoogleRefusal {
  const details: Details = [{'@type': FCM_ERROR, errorCode}]
  if (issue) details.push({'@type': BAD_REQUEST, fieldViolations: [issue]})
  const {code, status, message} = HTTP[errorCode]
  return new GoogleRefusal(
    {code, status, message: issue?.description || message},
    details,
    RETRY_AFTER_S[errorCode],
  )
}

/** Without FCM's code, as the other APIs answer. */
export const badRequest = ({field, description}: FieldIssue): GoogleRefusal =>
  new GoogleRefusal({...HTTP.INVALID_ARGUMENT, message: description || HTTP.INVALID_ARGUMENT.message}, [
    {'@type': BAD_REQUEST, fieldViolations: [{field, description}]},
  ])

export const notFound = () => new GoogleRefusal(HTTP.UNREGISTERED)

export const unauthenticated = (what: string) =>
  new GoogleRefusal({code: 401, status: 'UNAUTHENTICATED', message: what})

export const permissionDenied = (what: string) =>
  new GoogleRefusal({code: 403, status: 'PERMISSION_DENIED', message: what})

/** The value, or the refusal that `refuse` makes of what is wrong with it. */
export function valueOf<T>(result: Read<T>, refuse: (issue: FieldIssue) => GoogleRefusal): T {
  if (result.ok) return result.value
  throw refuse(result.issue)
}

export function sendRefusal(res: Response, refusal: GoogleRefusal): void {
  const {httpStatus: code, message, status, details, retryAfterS} = refusal
  if (retryAfterS !== undefined) res.set('retry-after', String(retryAfterS))
  const body: GoogleErrorBody = {error: {code, message, status, ...(details.length > 0 ? {details} : {})}}
  res.status(code).json(body)
}

/** `record` hears of each refusal: where, and a code; nothing of what was sent. */
export const answerErrors =
  (record: (where: string, code: string) => void): ErrorRequestHandler =>
  (error: unknown, req, res, _next) => {
    const refusal = refusalOf(error)
    record(`fcm ${req.method}`, refusal.code)
    if (res.headersSent) return void res.destroy()
    sendRefusal(res, refusal)
  }

function refusalOf(error: unknown): GoogleRefusal {
  if (error instanceof GoogleRefusal) return error
  // Express and its body reader put the status on the error.
  const status = error instanceof Error && 'status' in error ? Number(error.status) : 500
  if (status === 413)
    return new GoogleRefusal({code: 413, status: 'INVALID_ARGUMENT', message: 'Request too large'})
  if (status >= 400 && status < 500) return new GoogleRefusal(HTTP.INVALID_ARGUMENT)
  return new GoogleRefusal(HTTP.INTERNAL)
}
