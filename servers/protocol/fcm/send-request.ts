/**
 * FCM HTTP v1 `messages:send` as far as web push goes. Documented by Google; that the Admin SDK writes webpush keys in
 * camelCase is observed (firebase-admin 13 and 14). Both spellings are read, one is handed on. Rules FB30–FB39.
 */
import * as v from 'valibot'

const text = v.pipe(v.string(), v.nonEmpty())
const strings = v.record(v.string(), v.string())

/** Words that the clients keep to themselves (documented). */
const RESERVED_KEY = /^(?:from|message_type|google\..*|gcm\..*)$/
const data = v.pipe(
  strings,
  v.check((given) => !Object.keys(given).some((key) => RESERVED_KEY.test(key)), 'Invalid data payload key'),
)

/** Invented; FCM does not say how long. */
const MAX_LINK = 2_048
/** Documented. */
const label = v.pipe(v.string(), v.regex(/^[a-zA-Z0-9\-_.~%]{1,50}$/))

const fcmOptions = v.pipe(
  v.object({
    link: v.optional(v.pipe(v.string(), v.maxLength(MAX_LINK))),
    analytics_label: v.optional(label),
    analyticsLabel: v.optional(label),
  }),
  v.transform(({link, analytics_label, analyticsLabel}) => ({
    ...(link === undefined ? {} : {link}),
    analyticsLabel: analytics_label ?? analyticsLabel,
  })),
)

/** `imageUrl` is what the Admin SDK's users write; it arrives as `image`. */
const notification = v.object({
  title: v.optional(v.string()),
  body: v.optional(v.string()),
  image: v.optional(v.string()),
})

const webpush = v.pipe(
  v.object({
    headers: v.optional(strings),
    data: v.optional(data),
    /** Whatever the Notification API takes. */
    notification: v.optional(v.record(v.string(), v.unknown())),
    fcm_options: v.optional(fcmOptions),
    fcmOptions: v.optional(fcmOptions),
  }),
  v.transform(({headers, fcm_options, fcmOptions: camel, ...rest}) => ({
    ...rest,
    headers: headers ?? {},
    fcmOptions: fcm_options ?? camel,
  })),
)

const TARGETS = ['token', 'fid', 'topic', 'condition'] as const

/** Unknown fields are refused, as Google's JSON reader does; Android's and Apple's parts are none of ours. */
const message = v.pipe(
  v.strictObject({
    name: v.optional(v.string()),
    token: v.optional(text),
    fid: v.optional(text),
    topic: v.optional(text),
    condition: v.optional(text),
    data: v.optional(data),
    notification: v.optional(notification),
    webpush: v.optional(webpush),
    android: v.optional(v.unknown()),
    apns: v.optional(v.unknown()),
    fcm_options: v.optional(fcmOptions),
    fcmOptions: v.optional(fcmOptions),
  }),
  v.check(
    (given) => TARGETS.filter((target) => given[target] !== undefined).length === 1,
    'Exactly one of token, fid, topic and condition is required',
  ),
  v.transform(({token, fid, topic, condition, fcm_options, fcmOptions: camel, ...rest}) => ({
    ...rest,
    target: {token, fid, topic, condition},
    fcmOptions: fcm_options ?? camel,
  })),
)

export const sendRequest = v.pipe(
  v.strictObject({
    message,
    validate_only: v.optional(v.boolean()),
    validateOnly: v.optional(v.boolean()),
  }),
  v.transform(({message: sent, validate_only, validateOnly}) => ({
    message: sent,
    validateOnly: validate_only ?? validateOnly ?? false,
  })),
)
export type SendRequest = v.InferOutput<typeof sendRequest>
export type WebMessage = SendRequest['message']

export type SendReply = {readonly name: string}
