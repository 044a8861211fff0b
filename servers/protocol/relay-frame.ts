/** What tabs of one browser pass on to each other over a BroadcastChannel, as JSON text. Invented. Rule PO6. */
import * as v from 'valibot'
import {decode} from './decode.ts'
import {identifier} from './identifier.ts'
import {knownMessage} from './known-message.ts'

/** A message as the sending tab has it now; sent again with every step of an answer. */
const messageFrame = v.object({
  type: v.literal('message'),
  conversation_id: identifier,
  message: knownMessage,
})
/** The sending tab sees no more of this turn, complete or not. */
const turnEnded = v.object({type: v.literal('turn-ended'), conversation_id: identifier})

const relayFrame = v.variant('type', [messageFrame, turnEnded])
export type RelayFrame = v.InferOutput<typeof relayFrame>

export const readRelayFrame = (text: string): RelayFrame => decode(relayFrame, text)
