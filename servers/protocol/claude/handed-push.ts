/**
 * A push that a server hands to whoever plays its browsers, over HTTP on the loopback, instead of asking FCM. Answered 200
 * with the push's id as its text, or 404 where nobody has the token any more. Invented; harness only. Rule CP12.
 */
import * as v from 'valibot'
import {decode} from '../decode.ts'

const handedPush = v.object({token: v.string(), data: v.record(v.string(), v.string())})
export type HandedPush = v.InferOutput<typeof handedPush>

/** Throws {@link ProtocolError}. */
export const readHandedPush = (text: string): HandedPush => decode(handedPush, text)
