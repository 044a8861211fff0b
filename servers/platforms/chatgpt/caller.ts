/** Calls the running servers as a page does, for tests: the order of requests, the headers, the events of a stream. */
import {randomUUID} from 'node:crypto'
import type {SseEvent} from '../../stream/sse-text.ts'

export type Caller = ReturnType<typeof createCaller>

export type Asked = {readonly messageId: string; readonly response: Response}

export function createCaller(baseUrl: string, bearer: string) {
  const call = (method: string, path: string, body?: unknown, headers: Record<string, string> = {}) =>
    fetch(`${baseUrl}${path}`, {
      method,
      headers: {authorization: `Bearer ${bearer}`, ...headers},
      ...(body === undefined ? {} : {body: typeof body === 'string' ? body : JSON.stringify(body)}),
    })

  const read = async <T = Record<string, unknown>>(path: string): Promise<T> =>
    (await call('GET', path)).json() as Promise<T>

  async function sentinelToken(): Promise<string> {
    const base = '/backend-api/sentinel/chat-requirements'
    const prepared = (await (await call('POST', `${base}/prepare`, {p: 'seed'})).json()) as {
      prepare_token: string
    }
    const finalized = await call('POST', `${base}/finalize`, {prepare_token: prepared.prepare_token})
    return ((await finalized.json()) as {token: string}).token
  }

  /** Sends a message; the response streams. */
  async function ask(
    turn: Record<string, unknown> = {},
    headers: Record<string, string> = {},
    messageId: string = randomUUID(),
  ): Promise<Asked> {
    const content = {content_type: 'text', parts: ['What is new?']}
    const response = await call(
      'POST',
      '/backend-api/f/conversation',
      {
        action: 'next',
        messages: [{id: messageId, author: {role: 'user'}, content}],
        parent_message_id: 'client-created-root',
        model: 'auto',
        ...turn,
      },
      {'openai-sentinel-chat-requirements-token': await sentinelToken(), ...headers},
    )
    return {messageId, response}
  }

  return {call, read, sentinelToken, ask}
}

/** What an event is, in one word: its SSE name, or the type that its data names. */
export const nameOf = ({event, data}: SseEvent): string => {
  if (event !== undefined) return event
  return data === '[DONE]' ? data : (JSON.parse(data) as {type: string}).type
}
