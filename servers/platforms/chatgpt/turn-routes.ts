/** Asking, resuming and stopping: `/backend-api/f/conversation` and what belongs to it. Rules TU1–TU14, RS1–RS6, ST5–ST7, CF8. */
import {randomUUID} from 'node:crypto'
import {Router, type Response} from 'express'
import {CONDUIT_HEADER, type PrepareReply} from '#protocol/conduit.ts'
import {REPEAT_HEADER} from '#protocol/conflict.ts'
import {decode} from '#protocol/decode.ts'
import {ROOT_PARENT} from '#protocol/identifier.ts'
import {resumeRequest} from '#protocol/resume.ts'
import {stopRequest, type StopReply} from '#protocol/stop.ts'
import {prepareRequest, turnRequest} from '#protocol/turn-request.ts'
import type {ConversationStore} from '../../conversation/conversation-store.ts'
import {done} from '../../stream/chatgpt-answer.ts'
import {sseText} from '../../stream/sse-text.ts'
import type {Tasks} from '../../tasks/tasks.ts'
import {saidIn} from '../aim-in.ts'
import {concerns} from '../asked.ts'
import {bodyOf, type PersonOf} from '../guard.ts'
import {openStream, streamTurn} from '../stream-response.ts'
import type {ConduitTokens} from './conduit-token.ts'
import {noConversation} from './refusals.ts'
import type {Sentinel} from './sentinel-routes.ts'
import type {Turns} from './turns.ts'

const DONE_TEXT = sseText(done)

export type TurnRoutesParts = {
  readonly store: ConversationStore
  readonly turns: Turns
  readonly tasks: Pick<Tasks, 'stopIn'>
  readonly conduits: ConduitTokens
  readonly sentinel: Pick<Sentinel, 'check'>
  readonly personOf: PersonOf
}

export function turnRoutes({store, turns, tasks, conduits, sentinel, personOf}: TurnRoutesParts): Router {
  const router = Router()

  router.post('/f/conversation/prepare', (req, res) => {
    const user = personOf(req)
    const {conversation_id} = decode(prepareRequest, bodyOf(req))
    if (conversation_id !== undefined && !store.find(conversation_id, user.id)) throw noConversation()
    res.json({status: 'ok', conduit_token: conduits.make(user.id, randomUUID())} satisfies PrepareReply)
  })

  router.post('/f/conversation', (req, res) => {
    const user = personOf(req)
    sentinel.check(user, req)
    const request = decode(turnRequest, bodyOf(req))
    const isRepeatable = req.get(REPEAT_HEADER) !== undefined
    const known = isRepeatable ? turns.again(user, request) : null
    const begun = known ?? turns.begin(user, request, saidIn(req, ROOT_PARENT))
    const {conversationId, token, buffer, inline} = begun
    concerns(res, conversationId)
    const sink = open(res, token)
    if (inline === null) return streamTurn(res, sink, buffer, 0, DONE_TEXT)
    return sink.end(inline)
  })

  router.post('/f/conversation/resume', (req, res) => {
    const user = personOf(req)
    const {conversation_id, offset} = decode(resumeRequest, bodyOf(req))
    concerns(res, conversation_id)
    const token = req.get(CONDUIT_HEADER) ?? ''
    const buffer = turns.resume(user, conversation_id, conduits.read(user.id, token), offset)
    streamTurn(res, open(res, token), buffer, offset, DONE_TEXT)
  })

  router.post('/stop_conversation', (req, res) => {
    const user = personOf(req)
    const {conversation_id} = decode(stopRequest, bodyOf(req))
    concerns(res, conversation_id)
    if (!store.find(conversation_id, user.id)) throw noConversation()
    turns.recent.stop(conversation_id)
    tasks.stopIn(conversation_id)
    res.json({status: 'ok', last_message_id: null} satisfies StopReply)
  })

  return router
}

const open = (res: Response, token: string) =>
  openStream(res, {'x-oai-request-id': randomUUID(), [CONDUIT_HEADER]: token})
