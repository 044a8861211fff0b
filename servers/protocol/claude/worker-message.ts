/**
 * What the Claude page and its service worker say to each other by `postMessage`, and the envelope of a push as the
 * worker is given it. Names observed in vendor client code, fields invented. Rules CC9, CC32, CC35, WI9.
 */
import * as v from 'valibot'
import {decode} from '../decode.ts'
import {uuid} from './uuid.ts'

/** What a person is told of an answer that is complete. */
const completionNotice = v.object({
  conversationId: uuid,
  messageId: uuid,
  title: v.string(),
  body: v.string(),
})
export type CompletionNotice = v.InferOutput<typeof completionNotice>

const showCompletion = v.object({
  type: v.literal('SHOW_COMPLETION_NOTIFICATION'),
  ...completionNotice.entries,
})
export type ShowCompletion = v.InferOutput<typeof showCompletion>

/** Comes with a port, on which the window answers with its address as a text. */
const getCurrentUrl = v.object({type: v.literal('GET_CURRENT_URL')})
const navigate = v.object({type: v.literal('NOTIFICATION_CLICK_NAVIGATE'), conversationId: uuid})

const workerMessage = v.variant('type', [getCurrentUrl, navigate])
export type WorkerMessage = v.InferOutput<typeof workerMessage>

/** Null for what is none of ours: the Firebase SDK posts messages, too. */
export const readPageMessage = (value: unknown): ShowCompletion | null => outputOf(showCompletion, value)
export const readWorkerMessage = (value: unknown): WorkerMessage | null => outputOf(workerMessage, value)

const pushEnvelope = v.object({fcmMessageId: v.optional(v.string())})

/** FCM's id of a push; null where its text has none. */
export function readPushId(text: string): string | null {
  try {
    return decode(pushEnvelope, text).fcmMessageId ?? null
  } catch {
    return null
  }
}

function outputOf<S extends v.GenericSchema>(schema: S, value: unknown): v.InferOutput<S> | null {
  const result = v.safeParse(schema, value)
  return result.success ? result.output : null
}
