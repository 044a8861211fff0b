/** What the app's server calls: sending, and subscribing registrations to topics, both ways of it. Rules FB30–FB32, FB40–FB44, FB57. */
import {Router, type Request} from 'express'
import {read} from '#protocol/fcm/issue.ts'
import {sendRequest, type SendReply} from '#protocol/fcm/send-request.ts'
import {batchRequest, TOPIC_NAME, type BatchReply} from '#protocol/fcm/topic-request.ts'
import {bodyOf, needsAccessToken, segment} from './call.ts'
import type {FailingSends} from './failing-sends.ts'
import {badRequest, fcmRefusal, GoogleRefusal, notFound, valueOf} from './google-refusal.ts'
import {isTokenShaped, type Registration, type Registrations} from './registrations.ts'
import type {Sender} from './sender.ts'

export type SendParts = {
  readonly registrations: Registrations
  readonly sender: Sender
  readonly failing: FailingSends
}

/** Of one registration (documented). */
const MAX_TOPICS = 2_000

export function sendRoutes({registrations, sender, failing}: SendParts): Router {
  const router = Router()

  router.post('/v1/projects/:project/messages\\:send', (req, res) => {
    needsAccessToken(req)
    const failure = failing.next()
    if (failure !== null) throw fcmRefusal(failure)
    const request = valueOf(read(sendRequest, bodyOf(req)), (issue) => fcmRefusal('INVALID_ARGUMENT', issue))
    const projectId = segment(req, 'project')
    res.json({
      name: `projects/${projectId}/messages/${sender.send(projectId, request)}`,
    } satisfies SendReply)
  })

  function ofPath(req: Request): Registration {
    needsAccessToken(req)
    const token = segment(req, 'id')
    const found = registrations.byToken(token)
    if (!found) throw isTokenShaped(token) ? fcmRefusal('UNREGISTERED') : badRequest(NO_TOKEN)
    if (found.projectId !== segment(req, 'project')) throw fcmRefusal('SENDER_ID_MISMATCH')
    return found
  }

  function follow({token}: Registration, topic: string): void {
    const topics = registrations.topics(token)
    if (topics.size >= MAX_TOPICS && !topics.has(topic)) throw tooManyTopics()
    registrations.follow(token, topic)
  }

  router.post('/v1/projects/:project/registrations/:id/topicSubscriptions', (req, res) => {
    const registration = ofPath(req)
    const topic = req.query['topic_name'] ?? req.query['topicName']
    if (typeof topic !== 'string' || !TOPIC_NAME.test(topic)) throw badRequest(NO_TOPIC)
    if (registrations.topics(registration.token).has(topic)) throw alreadyThere()
    follow(registration, topic)
    res.json({name: `${req.path.slice('/v1/'.length)}/${encodeURIComponent(topic)}`})
  })

  router.delete('/v1/projects/:project/registrations/:id/topicSubscriptions/:topic', (req, res) => {
    const {token} = ofPath(req)
    const topic = segment(req, 'topic')
    if (req.query['allow_missing'] !== 'true' && !registrations.topics(token).has(topic)) throw notFound()
    registrations.unfollow(token, topic)
    res.json({})
  })

  /** One result a token, in their order. */
  function batch(req: Request, act: (found: Registration, topic: string) => void): BatchReply {
    needsAccessToken(req)
    const {to, registration_tokens} = valueOf(read(batchRequest, bodyOf(req)), badRequest)
    const results = registration_tokens.map((token) => {
      const found = registrations.byToken(token)
      if (!found) return {error: isTokenShaped(token) ? 'NOT_FOUND' : 'INVALID_ARGUMENT'}
      try {
        act(found, to)
        return {}
      } catch (error) {
        if (error instanceof GoogleRefusal) return {error: error.status}
        throw error
      }
    })
    return {results}
  }

  router.post('/iid/v1\\:batchAdd', (req, res) => {
    res.json(batch(req, follow))
  })
  router.post('/iid/v1\\:batchRemove', (req, res) => {
    res.json(batch(req, ({token}, topic) => registrations.unfollow(token, topic)))
  })

  return router
}

const NO_TOKEN = {field: 'name', description: 'The registration token is not a valid FCM registration token'}
const NO_TOPIC = {field: 'topic_name', description: 'Invalid topic name'}

const alreadyThere = () =>
  new GoogleRefusal({code: 409, status: 'ALREADY_EXISTS', message: 'Requested entity already exists'})

const tooManyTopics = () =>
  new GoogleRefusal({
    code: 400,
    status: 'TOO_MANY_TOPICS',
    message: 'The registration follows too many topics',
  })
