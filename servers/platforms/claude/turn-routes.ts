/** Asking, following and stopping an answer. Rules CL10–CL19, CL40–CL43. */
import {Router, type Request, type Response} from 'express'
import {completionRequest, retryCompletionRequest} from '#protocol/claude/completion-request.ts'
import {ROOT_MESSAGE_UUID} from '#protocol/claude/uuid.ts'
import {decode} from '#protocol/decode.ts'
import type {ConversationStore} from '../../conversation/conversation-store.ts'
import {saidIn} from '../aim-in.ts'
import {bodyOf} from '../guard.ts'
import {flagIn} from '../query.ts'
import {openBrotliStream, openStream, streamTurn} from '../stream-response.ts'
import {conversationIdIn, type Member} from './member.ts'
import {noConversation} from './refusals.ts'
import type {BegunTurn, Turns} from './turns.ts'
import {untilSettled} from './until-settled.ts'
import {statusOf} from './wire-message.ts'

/** How long a held status waits for a change. Invented; the real bound is unknown. */
const HOLD_FOR_MS = 25_000
const UUID = /^[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}$/
const ONE = '/chat_conversations/:id'

export type TurnRoutesParts = {
  readonly store: ConversationStore
  readonly member: Member
  readonly turns: Turns
}

export function turnRoutes({store, member, turns}: TurnRoutesParts): Router {
  const router = Router({mergeParams: true})

  router.post(`${ONE}/completion`, (req, res) => {
    const user = member.of(req)
    const conversationId = conversationIdIn(req)
    if (!UUID.test(conversationId)) throw noConversation()
    const request = decode(completionRequest, bodyOf(req))
    stream(req, res, turns.begin(user, conversationId, request, saidIn(req, ROOT_MESSAGE_UUID)))
  })

  router.post(`${ONE}/retry_completion`, (req, res) => {
    const {user, conversation} = member.conversation(req)
    const request = decode(retryCompletionRequest, bodyOf(req))
    stream(req, res, turns.retry(user, conversation.id, request, saidIn(req, ROOT_MESSAGE_UUID)))
  })

  router.get(`${ONE}/completion_status`, async (req, res) => {
    const {conversation} = member.conversation(req)
    if (flagIn(req, 'poll', false)) {
      const gone = new AbortController()
      res.on('close', () => gone.abort())
      const running = turns.recent.runningIn(conversation.id)
      await untilSettled(
        running.map(({buffer}) => buffer),
        HOLD_FOR_MS,
        gone.signal,
      )
    }
    res.json(statusOf(store.turns(conversation.id)))
  })

  router.post(`${ONE}/stop_response`, (req, res) => {
    turns.recent.stop(member.conversation(req).conversation.id)
    res.json({})
  })

  return router
}

function stream(req: Request, res: Response, {buffer, requestId}: BegunTurn): void {
  const takesBrotli = req.acceptsEncodings('br', 'identity') === 'br'
  const sink = (takesBrotli ? openBrotliStream : openStream)(res, {'request-id': requestId})
  streamTurn(res, sink, buffer, 0)
}
