/**
 * Asks for a turn, in the observed order: sentinel prepare, finalize (its token lasts about nine minutes), conversation
 * prepare, then the POST whose body is the answer stream. Never repeats the POST (observed). What fails before it is
 * definite: nothing was sent. Rules TU1–TU5, RS9, CF8.
 */
import {CONDUIT_HEADER, NO_CONDUIT_TOKEN, prepareReply} from '#protocol/conduit.ts'
import {REPEAT_HEADER} from '#protocol/conflict.ts'
import {decode} from '#protocol/decode.ts'
import {ProtocolError} from '#protocol/protocol-error.ts'
import {SENTINEL_HEADER, sentinelFinalizeReply, sentinelPrepareReply} from '#protocol/sentinel.ts'
import {ApiError} from '../http-caller.ts'
import type {Api} from './api.ts'
import type {Surroundings} from '../chat-session.ts'
import {headersOf, type Turn} from '../turn.ts'
import {sentinelLifeMs} from './defaults.ts'

/** `isIdempotent`: the POST may be sent again, because it says which message it is about. */
export function createTurnPoster(
  api: Api,
  {model, isIdempotent}: {readonly model: string; readonly isIdempotent: boolean},
  {now, newId}: Pick<Surroundings, 'now' | 'newId'>,
) {
  let sentinel: {readonly token: string; readonly since: number} | null = null

  async function sentinelToken(): Promise<string> {
    if (sentinel && now() - sentinel.since < sentinelLifeMs) return sentinel.token
    const base = '/backend-api/sentinel/chat-requirements'
    const prepared = await api.post(`${base}/prepare`, {p: newId()})
    const {prepare_token} = decode(sentinelPrepareReply, await prepared.text())
    const finalized = await api.post(`${base}/finalize`, {prepare_token, proofofwork: null, turnstile: null})
    const {token} = decode(sentinelFinalizeReply, await finalized.text())
    sentinel = {token, since: now()}
    return token
  }

  return async function postTurn(turn: Turn): Promise<Response> {
    const token = await definitely(sentinelToken())
    const common = {
      ...(turn.conversationId !== null && {conversation_id: turn.conversationId}),
      parent_message_id: turn.parentId,
      model: turn.model ?? model,
      history_and_training_disabled: false,
      supports_buffering: true,
      supported_encodings: ['v1'],
    }
    const action = turn.prompt ? 'next' : 'variant'
    const prepared = api.post(
      '/backend-api/f/conversation/prepare',
      {...common, action, messages: [], client_prepare_state: 'none', partial_query: turn.prompt},
      {[CONDUIT_HEADER]: NO_CONDUIT_TOKEN},
    )
    const reply = await definitely(prepared.then((response) => response.text()))
    const {conduit_token} = decode(prepareReply, reply)
    const body = {...common, ...messagesOf(turn, now()), client_prepare_state: 'success'}
    try {
      return await api.post('/backend-api/f/conversation', body, {
        accept: 'text/event-stream',
        [CONDUIT_HEADER]: conduit_token,
        [SENTINEL_HEADER]: token,
        'x-oai-turn-trace-id': newId(),
        ...headersOf(turn),
        ...(isIdempotent && turn.prompt && {[REPEAT_HEADER]: turn.prompt.id}),
      })
    } catch (error) {
      // A server that was restarted does not know the token any more: the person's next try gets a new one.
      if (error instanceof ApiError && error.status === 403) sentinel = null
      throw error
    }
  }
}

/** For what comes before the POST: whatever became of it, the turn was not asked for. */
async function definitely<T>(asked: Promise<T>): Promise<T> {
  try {
    return await asked
  } catch (cause) {
    if (cause instanceof ProtocolError) throw cause
    if (cause instanceof ApiError)
      throw new ApiError(cause.status, cause.message, {
        cause,
        isDefinite: true,
        retryAfterMs: cause.retryAfterMs,
      })
    throw new ApiError(0, 'The answer of the server was cut off.', {cause, isDefinite: true})
  }
}

function messagesOf({prompt}: Turn, nowMs: number) {
  if (!prompt) return {action: 'variant', messages: []} as const
  const content = {content_type: 'text', parts: [prompt.text]} as const
  const message = {
    id: prompt.id,
    author: {role: 'user'},
    create_time: nowMs / 1_000,
    content,
    metadata: {},
  } as const
  return {action: 'next', messages: [message]} as const
}
