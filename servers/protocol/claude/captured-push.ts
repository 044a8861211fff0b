/**
 * What the text of a push says of itself, read loosely: as a service worker was given it, tokens taken out, whatever kind it
 * is. Harness only. Rules TG21, TG25.
 */
import * as v from 'valibot'
import {decode} from '../decode.ts'

const envelope = v.looseObject({
  fcmMessageId: v.optional(v.string()),
  data: v.optional(
    v.looseObject({notification_feature_category: v.optional(v.string()), payload: v.optional(v.string())}),
  ),
})
const payload = v.looseObject({
  method: v.optional(v.string()),
  request: v.optional(
    v.looseObject({
      conversation_uuid: v.optional(v.string()),
      message_uuid: v.optional(v.string()),
      message: v.optional(v.looseObject({uuid: v.optional(v.string())})),
    }),
  ),
})

export type CapturedPush = {
  /** FCM's own id. */
  readonly pushId: string | null
  readonly category: string | null
  readonly method: string | null
  readonly conversationId: string | null
  readonly messageId: string | null
}

/** What the text does not say is null; so is everything of a text that is no push. Never throws. */
export function readCapturedPush(text: string): CapturedPush {
  const outer = attempt(envelope, text)
  const inner = attempt(payload, outer?.data?.payload ?? '')
  return {
    pushId: outer?.fcmMessageId ?? null,
    category: outer?.data?.notification_feature_category ?? null,
    method: inner?.method ?? null,
    conversationId: inner?.request?.conversation_uuid ?? null,
    messageId: inner?.request?.message_uuid ?? inner?.request?.message?.uuid ?? null,
  }
}

function attempt<S extends v.GenericSchema>(schema: S, text: string): v.InferOutput<S> | null {
  try {
    return decode(schema, text)
  } catch {
    return null
  }
}
