/**
 * ChatGPT's answer stream: from what the model wrote to the events that say so, in the observed order. Pure: no clock, no
 * socket, no store. The values of `limits_progress` and of the server's metadata are invented. Rules TU10–TU11, DE1–DE6.
 */
import type {Message} from '#protocol/conversation.ts'
import {encodeOps, encodeSnapshot, type DeltaState} from '#protocol/delta-encoder.ts'
import type {Delta} from '#protocol/delta.ts'
import {turnTopic} from '#protocol/topics.ts'
import {
  DELTA_ENCODING,
  DONE_DATA,
  HANDOFF_OPTIONS,
  MESSAGES_FEATURE,
  type TurnEvent,
} from '#protocol/turn-event.ts'
import type {SseEvent} from './sse-text.ts'

export type AnswerFacts = {
  readonly conversationId: string
  readonly turnId: string
  readonly resumeToken: string
  /** The person's message; null when the turn answers one that was there already. */
  readonly input: Message | null
  /** The answer before its first token. */
  readonly answer: Message
  readonly model: string
  /** The title that the first turn of a conversation gives it; null for later turns. */
  readonly title: string | null
  /** ISO time. */
  readonly limitsResetAt: string
}

export type AnswerProgress = {
  readonly facts: AnswerFacts
  readonly delta: DeltaState
  readonly hasText: boolean
}
export type AnswerStep = {readonly events: readonly SseEvent[]; readonly progress: AnswerProgress}

const TEXT_PATH = '/message/content/parts/0'
const CHANNEL = 0

export const done: SseEvent = {data: DONE_DATA}

const say = (event: TurnEvent): SseEvent => ({data: JSON.stringify(event)})
const sayDelta = (delta: Delta): SseEvent => ({event: 'delta', data: JSON.stringify(delta)})
const encoding: SseEvent = {event: 'delta_encoding', data: JSON.stringify(DELTA_ENCODING)}

/** Everything that can be said before the model has written. */
export function beginAnswer(facts: AnswerFacts): AnswerStep {
  const {conversationId, answer, input, model, turnId} = facts
  const root = {message: answer, conversation_id: conversationId, error: null}
  const {delta, state} = encodeSnapshot(CHANNEL, root)
  const events = [
    encoding,
    resumeToken(facts),
    ...(input ? [say({type: 'input_message', input_message: input, conversation_id: conversationId})] : []),
    sayDelta(delta),
    say({
      type: 'server_ste_metadata',
      conversation_id: conversationId,
      metadata: {model_slug: model, turn_exchange_id: turnId, fast_convo: true, warmup_state: 'warm'},
    }),
  ]
  return {events, progress: {facts, delta: state, hasText: false}}
}

/** The model wrote on, and will write more. */
export function writeAnswer(progress: AnswerProgress, text: string): AnswerStep {
  const {delta, state} = encodeOps(progress.delta, CHANNEL, [{p: TEXT_PATH, o: 'append', v: text}])
  const events = [...firstTokenMarker(progress), sayDelta(delta)]
  return {events, progress: {...progress, delta: state, hasText: true}}
}

/**
 * The model wrote its last. Everything up to, but without, `[DONE]`. `limitResetsAt`: ISO time, where the person has reached
 * the limit of messages; null where not.
 */
export function completeAnswer(
  progress: AnswerProgress,
  text: string,
  limitResetsAt: string | null,
): readonly SseEvent[] {
  const {facts} = progress
  const conversation_id = facts.conversationId
  const {delta} = encodeOps(progress.delta, CHANNEL, [
    {p: TEXT_PATH, o: 'append', v: text},
    {p: '/message/status', o: 'replace', v: 'finished_successfully'},
    {p: '/message/end_turn', o: 'replace', v: true},
    {p: '/message/metadata', o: 'append', v: {finish_details: {type: 'stop'}}},
  ])
  return [
    ...firstTokenMarker(progress),
    sayDelta(delta),
    marker(facts, 'last_token', 'last'),
    say({type: 'message_stream_complete', conversation_id}),
    ...(facts.title === null ? [] : [say({type: 'title_generation', title: facts.title, conversation_id})]),
    say({
      type: 'conversation_detail_metadata',
      banner_info: null,
      limits_progress: [
        {feature_name: 'deep_research', remaining: 15, reset_after: facts.limitsResetAt},
        ...(limitResetsAt === null
          ? []
          : [{feature_name: MESSAGES_FEATURE, remaining: 0, reset_after: limitResetsAt}]),
      ],
    }),
  ]
}

/** The answer broke; nothing follows (TU12). The words are invented. */
export const breakAnswer = (): SseEvent => ({
  data: JSON.stringify({error: 'Something went wrong while the answer was written.'}),
})

/** All that the POST of a handed-off turn answers. */
export function handOff(facts: AnswerFacts): readonly SseEvent[] {
  const topic_id = turnTopic(facts.turnId)
  return [
    encoding,
    resumeToken(facts),
    say({
      type: 'stream_handoff',
      conversation_id: facts.conversationId,
      turn_exchange_id: facts.turnId,
      options: HANDOFF_OPTIONS.map((type) => ({type, topic_id})),
    }),
    done,
  ]
}

const resumeToken = ({resumeToken: token, conversationId}: AnswerFacts): SseEvent =>
  say({type: 'resume_conversation_token', kind: 'topic', token, conversation_id: conversationId})

const firstTokenMarker = ({facts, hasText}: AnswerProgress): readonly SseEvent[] =>
  hasText ? [] : [marker(facts, 'user_visible_token', 'first')]

const marker = (
  {conversationId, answer}: AnswerFacts,
  name: 'user_visible_token' | 'last_token',
  event: 'first' | 'last',
): SseEvent =>
  say({
    type: 'message_marker',
    conversation_id: conversationId,
    message_id: answer.id,
    marker: name,
    event,
  })
