/** Carries out `messages:send`: finds whom it is for, encrypts for each, hands on. Knows no HTTP. Rules FB30–FB39. */
import {randomUUID} from 'node:crypto'
import type {PushEvent} from '#protocol/push-event.ts'
import type {SendRequest, WebMessage} from '#protocol/fcm/send-request.ts'
import {FID} from '#protocol/fcm/installation.ts'
import {TOPIC_NAME} from '#protocol/fcm/topic-request.ts'
import type {PushCore} from '../push-core.ts'
import {holds, parseCondition} from './condition.ts'
import {encryptFor} from './encryption.ts'
import {fcmRefusal, valueOf} from './google-refusal.ts'
import {isTokenShaped, type Registration, type Registrations} from './registrations.ts'
import {payloadOf, sizeIssue, travelOf} from './web-message.ts'

export type SenderParts = {
  readonly registrations: Registrations
  readonly core: Pick<PushCore, 'push' | 'subscription'>
  readonly record: (event: PushEvent) => void
  readonly monotonicMs: () => number
}

export type Sender = {
  /** The message's id. Throws a GoogleRefusal. */
  send(projectId: string, request: SendRequest): string
}

export function createSender({registrations, core, record, monotonicMs}: SenderParts): Sender {
  /** False when the subscription has ended: the registration is forgotten then. */
  function isReachable({endpointToken, token}: Registration): boolean {
    if (core.subscription(endpointToken)) return true
    registrations.remove(token)
    return false
  }

  /** Refuses what can be known before anything is sent. */
  function one(projectId: string, {token, fid}: WebMessage['target']): Registration {
    const isShaped = token === undefined ? FID.test(fid ?? '') : isTokenShaped(token)
    if (!isShaped) throw fcmRefusal('INVALID_ARGUMENT', token === undefined ? NO_FID : NO_TOKEN)
    const found =
      token === undefined ? registrations.byFid(projectId, fid ?? '') : registrations.byToken(token)
    if (!found) throw fcmRefusal('UNREGISTERED')
    if (found.projectId !== projectId) throw fcmRefusal('SENDER_ID_MISMATCH')
    if (!isReachable(found)) throw fcmRefusal('UNREGISTERED')
    return found
  }

  function many(projectId: string, {topic, condition}: WebMessage['target']): readonly Registration[] {
    if (topic !== undefined) {
      const name = topic.replace(/^\/topics\//, '')
      if (!TOPIC_NAME.test(name)) throw fcmRefusal('INVALID_ARGUMENT', NO_TOPIC)
      return registrations.followers(projectId, name)
    }
    const parsed = parseCondition(condition ?? '')
    if (parsed === null) throw fcmRefusal('INVALID_ARGUMENT', NO_CONDITION)
    return registrations.ofProject(projectId).filter(({token}) => holds(parsed, registrations.topics(token)))
  }

  return {
    send(projectId, {message, validateOnly}) {
      const {target} = message
      const travel = valueOf(travelOf(message), (issue) => fcmRefusal('INVALID_ARGUMENT', issue))
      const tooBig = sizeIssue(message)
      if (tooBig) throw fcmRefusal('INVALID_ARGUMENT', tooBig)
      const toOne = target.token !== undefined || target.fid !== undefined
      const found = toOne ? [one(projectId, target)] : many(projectId, target)
      const messageId = randomUUID()
      if (validateOnly) return messageId
      const reached = found.filter(isReachable)
      const payloadFrom = (from: string) => JSON.stringify(payloadOf(message, travel, {from, messageId}))
      // Told before anything is stored, so that whoever follows the ledger knows the message by then.
      record({
        kind: 'push-accepted',
        at: monotonicMs(),
        messageId,
        target: toOne ? 'token' : target.topic === undefined ? 'condition' : 'topic',
        deliveries: reached.length,
        sizeBytes: Buffer.byteLength(payloadFrom('')),
      })
      for (const registration of reached) {
        const {senderId, endpointToken} = registration
        const body = encryptFor(registration, payloadFrom(senderId))
        // For Firefox's subscriptions, which do not tell.
        const origin = /^https?:/.test(registration.origin) ? registration.origin : null
        core.push({...travel, messageId, endpointToken, body, origin})
      }
      return messageId
    },
  }
}

const NO_TOKEN = {
  field: 'message.token',
  description: 'The registration token is not a valid FCM registration token',
}
const NO_FID = {field: 'message.fid', description: 'Invalid installation ID'}
const NO_TOPIC = {field: 'message.topic', description: 'Invalid topic name'}
const NO_CONDITION = {field: 'message.condition', description: 'Invalid condition expression'}
