/**
 * A message in the words of no platform: what every page keeps of one, and what tabs of a browser pass on to each other.
 * Invented. Rule PO6.
 */
import * as v from 'valibot'
import {identifier} from './identifier.ts'

export const SHOWN_STATUSES = ['sending', 'streaming', 'complete', 'failed', 'stopped'] as const

/** What a person reads of a message. `thinking` is there only where the platform's page shows some. */
const said = v.object({
  role: v.picklist(['user', 'assistant']),
  text: v.string(),
  thinking: v.optional(v.string()),
  status: v.picklist(SHOWN_STATUSES),
})
export type SaidMessage = v.InferOutput<typeof said>

export const knownMessage = v.object({
  id: identifier,
  /** Null where the wire did not say. */
  parentId: v.nullable(identifier),
  /** Null for what no person reads: thoughts of their own, tools. */
  said: v.nullable(said),
})
export type KnownMessage = v.InferOutput<typeof knownMessage>
