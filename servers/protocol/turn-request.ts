/**
 * `POST /backend-api/f/conversation` and its `/prepare`: what a page sends to begin a turn.
 * Observed in vendor client code; fields that decide nothing here are accepted and dropped. Rules TU1–TU9.
 */
import * as v from 'valibot'
import {identifier} from './identifier.ts'

/** A person's message before the server has it. Its id is made by the page: the natural key against doubles. */
export const newMessage = v.object({
  id: identifier,
  author: v.object({role: v.literal('user')}),
  create_time: v.optional(v.pipe(v.number(), v.finite(), v.minValue(0))),
  content: v.object({content_type: v.literal('text'), parts: v.pipe(v.array(v.string()), v.minLength(1))}),
  metadata: v.optional(v.record(v.string(), v.unknown())),
})

export const PREPARE_STATES = ['none', 'sent', 'success', 'failure'] as const

const common = {
  parent_message_id: identifier,
  model: v.optional(v.string()),
  client_prepare_state: v.optional(v.picklist(PREPARE_STATES)),
  history_and_training_disabled: v.optional(v.boolean()),
  supports_buffering: v.optional(v.boolean()),
  supported_encodings: v.optional(v.array(v.string())),
  timezone: v.optional(v.string()),
  timezone_offset_min: v.optional(v.number()),
}

const oneMessage = v.pipe(v.array(newMessage), v.length(1))

const nextTurn = v.object({
  ...common,
  action: v.literal('next'),
  messages: oneMessage,
  conversation_id: v.optional(identifier),
})
/** Another answer to the same message: `parent_message_id` is the person's message. */
const variantTurn = v.object({
  ...common,
  action: v.literal('variant'),
  messages: v.optional(v.array(newMessage)),
  conversation_id: identifier,
})
/** Go on with an answer that was cut: `parent_message_id` is that answer. */
const continueTurn = v.object({
  ...common,
  action: v.literal('continue'),
  messages: v.optional(v.array(newMessage)),
  conversation_id: identifier,
})

export const turnRequest = v.variant('action', [nextTurn, variantTurn, continueTurn])
export type TurnRequest = v.InferOutput<typeof turnRequest>

/** The same builder with no messages; sent several times while a person types. */
export const prepareRequest = v.object({
  ...common,
  action: v.picklist(['next', 'variant', 'continue']),
  messages: v.optional(v.pipe(v.array(v.unknown()), v.maxLength(0))),
  conversation_id: v.optional(identifier),
  partial_query: v.optional(v.unknown()),
})
