/** The endpoints themselves: plain Web Push (RFC 8030, 8291, 8292), for senders that know nothing of Firebase. Rules FB60–FB67. */
import {randomUUID} from 'node:crypto'
import {Router, type Request, type Response} from 'express'
import type {PushEvent} from '#protocol/push-event.ts'
import type {PushCore, Urgency} from '../push-core.ts'
import {PUSH_ORIGINS} from './endpoint.ts'
import {verifyVapid} from './vapid.ts'
import {MAX_TTL_SECONDS} from './web-message.ts'

export type WebPushParts = {
  readonly core: Pick<PushCore, 'push' | 'subscription'>
  /** Whether such a token was given out once: then it is gone, and not merely unknown. */
  readonly wasGivenOut: (endpointToken: string) => boolean
  readonly record: (event: PushEvent) => void
  readonly nowMs: () => number
  readonly monotonicMs: () => number
}

/** RFC 8030, section 7.2: at least this much is taken; as FCM, no more. */
const MAX_BODY_BYTES = 4_096
const PATHS = ['/fcm/send/:token', '/wp/:token', '/wpush/:version/:token']
const URGENCY = /^(?:very-low|low|normal|high)$/
const TOPIC = /^[\w-]{1,32}$/
/** Beyond this a lifetime is cut, as the RFC allows: the answer says to how much. */
const TTL = /^\d{1,10}$/

export function webPushRoutes(parts: WebPushParts): Router {
  const {core, wasGivenOut, record, nowMs, monotonicMs} = parts
  const router = Router()

  async function accept(req: Request, res: Response): Promise<void> {
    const refuse = (status: number, why: string) => {
      record({kind: 'push-refused', at: monotonicMs(), where: 'web-push', code: String(status)})
      if (status === 401) res.set('www-authenticate', 'vapid')
      res.status(status).type('text/plain').send(why)
    }
    const endpointToken = String(req.params['token'])
    const gone = () =>
      wasGivenOut(endpointToken)
        ? refuse(410, 'the subscription has ended')
        : refuse(404, 'there is no such subscription')

    const subscription = core.subscription(endpointToken)
    if (!subscription) return gone()
    const vapid = await verifyVapid(req.get('authorization'), {
      audiences: PUSH_ORIGINS,
      key: subscription.vapidKey,
      nowMs: nowMs(),
    })
    if (!vapid.ok && (subscription.vapidKey !== null || req.get('authorization') !== undefined))
      return refuse(vapid.status, vapid.why)

    const body = await bodyUpTo(MAX_BODY_BYTES, req)
    const [ttl, urgency, topic] = [req.get('ttl'), req.get('urgency') ?? 'normal', req.get('topic') ?? null]
    if (ttl === undefined || !TTL.test(ttl)) return refuse(400, 'TTL is to be given in whole seconds')
    if (!isUrgency(urgency)) return refuse(400, 'Urgency is to be very-low, low, normal or high')
    if (topic !== null && !TOPIC.test(topic))
      return refuse(400, 'Topic is to be at most 32 characters of base64url')
    if (body === 'too-large') return refuse(413, `a body has at most ${MAX_BODY_BYTES} bytes`)
    if (body !== null && req.get('content-encoding') !== 'aes128gcm')
      return refuse(400, 'a body is to be encrypted with aes128gcm')

    const ttlSeconds = Math.min(Number(ttl), MAX_TTL_SECONDS)
    const messageId = randomUUID()
    // It may have ended while the signature was verified and the body came.
    if (!core.subscription(endpointToken)) return gone()
    record({
      kind: 'push-accepted',
      at: monotonicMs(),
      messageId,
      target: 'endpoint',
      deliveries: 1,
      sizeBytes: body?.length ?? 0,
    })
    const outcome = core.push({messageId, endpointToken, body, ttlSeconds, urgency, topic, origin: null})
    if (!outcome.ok) throw new TypeError('a push that nothing was against was refused')
    const host = req.get('host') ?? 'fcm.googleapis.com'
    res.set({location: `https://${host}/m/${outcome.deliveryId}`, ttl: String(ttlSeconds)})
    res.status(201).end()
  }

  router.post(PATHS, accept)
  return router
}

const isUrgency = (text: string): text is Urgency => URGENCY.test(text)

/** Not express's reader, which takes `aes128gcm` for a compression it does not know. Reads to the end whatever comes. */
async function bodyUpTo(limitBytes: number, req: Request): Promise<Uint8Array | 'too-large' | null> {
  const chunks: Buffer[] = []
  let sizeBytes = 0
  for await (const chunk of req as AsyncIterable<Buffer>) {
    sizeBytes += chunk.length
    if (sizeBytes <= limitBytes) chunks.push(chunk)
  }
  if (sizeBytes > limitBytes) return 'too-large'
  return sizeBytes === 0 ? null : Buffer.concat(chunks)
}
