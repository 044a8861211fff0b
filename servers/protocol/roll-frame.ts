/** How the tabs of a person in a browser keep their names apart: JSON text over a BroadcastChannel. Invented. Rules PG4–PG5. */
import * as v from 'valibot'
import {decode} from './decode.ts'
import {ProtocolError} from './protocol-error.ts'

const tab = v.pipe(v.string(), v.regex(/^[\w-]{1,32}$/))

/** A tab comes and would be called so. `claim` is its own: the lowest of two that come together has the name. */
const who = v.object({type: v.literal('who'), tab, claim: v.string()})
const here = v.object({type: v.literal('here'), tab})

const rollFrame = v.variant('type', [who, here])
export type RollFrame = v.InferOutput<typeof rollFrame>

/** Null where another version of the page speaks otherwise. */
export function readRollFrame(text: string): RollFrame | null {
  try {
    return decode(rollFrame, text)
  } catch (error) {
    if (error instanceof ProtocolError) return null
    throw error
  }
}
