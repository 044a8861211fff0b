/** The error body of Google's APIs, with FCM's own code in its details (documented). Rules FB50–FB56. */
import * as v from 'valibot'

export const FCM_ERROR = 'type.googleapis.com/google.firebase.fcm.v1.FcmError'
export const BAD_REQUEST = 'type.googleapis.com/google.rpc.BadRequest'

export type FcmErrorCode =
  | 'UNREGISTERED'
  | 'INVALID_ARGUMENT'
  | 'SENDER_ID_MISMATCH'
  | 'QUOTA_EXCEEDED'
  | 'UNAVAILABLE'
  | 'INTERNAL'

export const googleErrorBody = v.object({
  error: v.object({
    code: v.number(),
    message: v.string(),
    status: v.string(),
    details: v.optional(v.array(v.looseObject({'@type': v.string()}))),
  }),
})
export type GoogleErrorBody = v.InferOutput<typeof googleErrorBody>
