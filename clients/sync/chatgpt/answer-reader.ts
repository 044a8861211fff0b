/**
 * One answer's SSE events, read in order, as what they mean for a conversation. Holds the delta decoder and the count
 * that a resume is asked with. Does not know whether the events came in a response or on a topic. Rules DE10, TU10–TU13, RS2, TG13.
 */
import {message as messageSchema, type Message} from '#protocol/conversation.ts'
import {decodeValue} from '#protocol/decode.ts'
import {createDeltaDecoder} from '#protocol/delta-decoder.ts'
import {ProtocolError} from '#protocol/protocol-error.ts'
import {countsTowardsOffset, MESSAGES_FEATURE, readTurnEvent, type TurnEvent} from '#protocol/turn-event.ts'

export type AnswerUpdate =
  | {readonly type: 'message'; readonly message: Message}
  | {readonly type: 'prompt'; readonly message: Message; readonly conversationId: string}
  | {readonly type: 'token'; readonly token: string; readonly conversationId: string}
  | {readonly type: 'turn'; readonly turnId: string}
  | {readonly type: 'title'; readonly title: string}
  | {readonly type: 'handoff'; readonly turnId: string; readonly topic: string | null}
  /** The server said that the answer is whole. `[DONE]` alone does not say so: it also follows a handoff. */
  | {readonly type: 'complete'}
  | {readonly type: 'done'}
  /** The person has used up what they may send. */
  | {readonly type: 'limit'}
  | {readonly type: 'error'; readonly message: string}

export type AnswerReader = {
  /** Throws {@link ProtocolError} for an event that cannot be read; the reader is spent then. */
  take(sse: {readonly event?: string | undefined; readonly data: string}): AnswerUpdate | null
  /** How many events were read that a resume skips. */
  count(): number
}

export function createAnswerReader(): AnswerReader {
  const decoder = createDeltaDecoder()
  let isEncoded = false
  let count = 0

  return {
    count: () => count,
    take(sse) {
      const read = readTurnEvent(sse)
      if (countsTowardsOffset(read)) count += 1
      switch (read.kind) {
        case 'encoding':
          isEncoded = true
          return null
        case 'delta':
          if (!isEncoded) throw new ProtocolError('out-of-order', 'a delta came before its encoding')
          return {type: 'message', message: messageOf(decoder.apply(read.delta).root)}
        case 'event':
          return meaningOf(read.event)
        case 'error':
          return {type: 'error', message: read.message}
        case 'done':
          return {type: 'done'}
        case 'ping':
        case 'unknown':
          return null
      }
    },
  }
}

function messageOf(root: unknown): Message {
  if (typeof root === 'object' && root !== null && 'message' in root)
    return decodeValue(messageSchema, root.message)
  throw new ProtocolError('bad-shape', 'the answer holds no message')
}

function meaningOf(event: TurnEvent): AnswerUpdate | null {
  switch (event.type) {
    case 'resume_conversation_token':
      return {type: 'token', token: event.token, conversationId: event.conversation_id}
    case 'input_message':
      return {type: 'prompt', message: event.input_message, conversationId: event.conversation_id}
    case 'server_ste_metadata': {
      const turnId = event.metadata.turn_exchange_id
      return turnId === undefined ? null : {type: 'turn', turnId}
    }
    case 'title_generation':
      return {type: 'title', title: event.title}
    case 'stream_handoff': {
      const option = event.options.find(({type}) => type === 'subscribe_ws_topic')
      return {type: 'handoff', turnId: event.turn_exchange_id, topic: option?.topic_id ?? null}
    }
    case 'message_stream_complete':
      return {type: 'complete'}
    case 'conversation_detail_metadata': {
      const messages = event.limits_progress?.find((one) => one.feature_name === MESSAGES_FEATURE)
      return messages?.remaining === 0 ? {type: 'limit'} : null
    }
    case 'message_marker':
    case 'conversation_async_status':
      return null
  }
}
