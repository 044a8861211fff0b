/** The only place where outside text becomes a typed value. Errors name the place and what was expected, never contents. */
import * as v from 'valibot'
import {ProtocolError} from './protocol-error.ts'

export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    // The cause would quote the text, so it stays out.
    throw new ProtocolError('not-json', 'the text is not JSON')
  }
}

export function decode<S extends v.GenericSchema>(schema: S, text: string): v.InferOutput<S> {
  return decodeValue(schema, parseJson(text))
}

export function decodeValue<S extends v.GenericSchema>(schema: S, value: unknown): v.InferOutput<S> {
  const result = v.safeParse(schema, value, {abortEarly: true})
  if (result.success) return result.output
  const [issue] = result.issues
  const place = v.getDotPath(issue)?.slice(0, 80) ?? 'the value'
  throw new ProtocolError('bad-shape', `${place} is not ${issue.expected ?? 'as the protocol wants it'}`)
}
