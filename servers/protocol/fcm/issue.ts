/** What is wrong with a request to Google's APIs, as their error bodies say it: which field, and why. Quotes no contents. */
import * as v from 'valibot'
import {parseJson} from '../decode.ts'
import {ProtocolError} from '../protocol-error.ts'

export type FieldIssue = {readonly field: string; readonly description: string}

export type Read<T> =
  | {readonly ok: true; readonly value: T}
  | {readonly ok: false; readonly issue: FieldIssue}

const LONGEST_FIELD = 80

/** Never throws: what cannot be read is told with its field. */
export function read<S extends v.GenericSchema>(schema: S, text: string): Read<v.InferOutput<S>> {
  try {
    const result = v.safeParse(schema, parseJson(text), {abortEarly: true})
    if (result.success) return {ok: true, value: result.output}
    const [issue] = result.issues
    const field = v.getDotPath(issue)?.slice(0, LONGEST_FIELD) ?? ''
    return {ok: false, issue: {field, description: descriptionOf(issue)}}
  } catch (error) {
    if (!(error instanceof ProtocolError)) throw error
    return {ok: false, issue: {field: '', description: 'Invalid JSON payload received.'}}
  }
}

/** Checks of ours bring their own words; valibot's would quote what it received. */
const descriptionOf = (issue: v.BaseIssue<unknown>): string =>
  issue.kind === 'validation' && issue.type === 'check'
    ? issue.message
    : `Invalid value, expected ${issue.expected ?? 'another'}`
