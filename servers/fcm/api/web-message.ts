/** From what the app's server sends to what the page's SDK finds in the push, and how it travels. Pure. Rules FB33–FB35, FB38, FB39. */
import type {FieldIssue, Read} from '#protocol/fcm/issue.ts'
import type {PushPayload} from '#protocol/fcm/payload.ts'
import type {WebMessage} from '#protocol/fcm/send-request.ts'
import type {Urgency} from '../push-core.ts'

export type Travel = {readonly ttlSeconds: number; readonly urgency: Urgency; readonly topic: string | null}

/** Four weeks: FCM's longest, and what it takes where nothing is said (documented). */
export const MAX_TTL_SECONDS = 2_419_200

/** Of keys and values together (documented); half of it to topics. */
const MAX_BYTES = 4_096
const MAX_TOPIC_BYTES = 2_048

const URGENCIES: readonly string[] = ['very-low', 'low', 'normal', 'high'] satisfies Urgency[]
const TOPIC = /^[\w-]{1,32}$/

export function travelOf({webpush}: WebMessage): Read<Travel> {
  const headers = new Map(
    Object.entries(webpush?.headers ?? {}).map(([name, value]) => [name.toLowerCase(), value.trim()]),
  )
  const ttl = headers.get('ttl') ?? String(MAX_TTL_SECONDS)
  const urgency = headers.get('urgency') ?? 'normal'
  const topic = headers.get('topic') ?? null
  if (!/^\d{1,7}$/.test(ttl) || Number(ttl) > MAX_TTL_SECONDS)
    return refuse('message.webpush.headers.TTL', `Whole seconds from 0 to ${MAX_TTL_SECONDS} are expected`)
  if (!isUrgency(urgency))
    return refuse('message.webpush.headers.Urgency', `One of ${URGENCIES.join(', ')} is expected`)
  if (topic !== null && !TOPIC.test(topic))
    return refuse('message.webpush.headers.Topic', 'At most 32 characters of base64url are expected')
  return {ok: true, value: {ttlSeconds: Number(ttl), urgency, topic}}
}

const isUrgency = (text: string): text is Urgency => URGENCIES.includes(text)

const refuse = (field: string, description: string): {ok: false; issue: FieldIssue} => ({
  ok: false,
  issue: {field, description},
})

/** Null if the message is small enough. */
export function sizeIssue(message: WebMessage): FieldIssue | null {
  const {topic, condition} = message.target
  const limit = topic === undefined && condition === undefined ? MAX_BYTES : MAX_TOPIC_BYTES
  const {data, notification} = contentOf(message)
  const sizeBytes = bytesOf(data) + bytesOf(notification)
  return sizeBytes > limit ? {field: 'message', description: 'Message is too big'} : null
}

/** The web's own parts win over the general ones (documented). */
const contentOf = ({data, notification, webpush}: WebMessage) => ({
  data: webpush?.data ?? data,
  notification:
    notification || webpush?.notification ? {...notification, ...webpush?.notification} : undefined,
})

/** Of all keys and values in it. */
function bytesOf(value: unknown): number {
  if (value === undefined || value === null) return 0
  if (typeof value === 'string') return Buffer.byteLength(value)
  if (typeof value !== 'object') return JSON.stringify(value).length
  return Object.entries(value).reduce((sum, [key, inner]) => {
    const named = Array.isArray(value) ? 0 : Buffer.byteLength(key)
    return sum + named + bytesOf(inner)
  }, 0)
}

export function payloadOf(
  message: WebMessage,
  {urgency, topic}: Travel,
  {from, messageId}: {readonly from: string; readonly messageId: string},
): PushPayload {
  const {webpush} = message
  const {data, notification} = contentOf(message)
  const link = webpush?.fcmOptions?.link
  const label = webpush?.fcmOptions?.analyticsLabel ?? message.fcmOptions?.analyticsLabel
  const hasOptions = link !== undefined || label !== undefined
  return {
    from,
    priority: urgency === 'high' ? 'high' : 'normal',
    fcmMessageId: messageId,
    ...(topic === null ? {} : {collapse_key: topic}),
    ...(data === undefined ? {} : {data}),
    ...(notification === undefined ? {} : {notification}),
    ...(hasOptions
      ? {
          fcmOptions: {
            ...(link === undefined ? {} : {link}),
            ...(label === undefined ? {} : {analytics_label: label}),
          },
        }
      : {}),
  }
}
