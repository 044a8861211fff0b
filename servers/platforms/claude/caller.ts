/** Calls the running servers as Claude.ai's page does, for tests: the routes of one organization, the events of a stream. */
import {randomUUID} from 'node:crypto'
import {
  readCompletionEvent,
  type CompletionEvent,
  type CompletionStreamEvent,
} from '#protocol/claude/completion-event.ts'
import {ROOT_MESSAGE_UUID} from '#protocol/claude/uuid.ts'
import type {User} from '../../accounts/user.ts'
import {eventsOf} from '../events-of.ts'

export type Caller = ReturnType<typeof createCaller>

export function createCaller(
  baseUrl: string,
  {bearer, organizationId}: Pick<User, 'bearer' | 'organizationId'>,
) {
  const base = `${baseUrl}/api/organizations/${organizationId}`

  const call = (method: string, path: string, body?: unknown, headers: Record<string, string> = {}) =>
    fetch(`${base}${path}`, {
      method,
      headers: {authorization: `Bearer ${bearer}`, ...headers},
      ...(body === undefined ? {} : {body: typeof body === 'string' ? body : JSON.stringify(body)}),
    })

  const read = async <T = Record<string, unknown>>(path: string): Promise<T> =>
    (await call('GET', path)).json() as Promise<T>

  /** Sends a message into a conversation; the response streams. */
  async function ask(
    conversationId: string,
    turn: Record<string, unknown> = {},
    headers: Record<string, string> = {},
  ) {
    const ids = {human_message_uuid: randomUUID(), assistant_message_uuid: randomUUID()}
    const body = {
      prompt: 'What is new?',
      parent_message_uuid: ROOT_MESSAGE_UUID,
      rendering_mode: 'messages',
      attachments: [],
      turn_message_uuids: ids,
      ...turn,
    }
    const response = await call('POST', `/chat_conversations/${conversationId}/completion`, body, headers)
    return {humanId: ids.human_message_uuid, answerId: ids.assistant_message_uuid, response}
  }

  /** The first message of a conversation that does not exist yet. */
  async function askAnew(turn: Record<string, unknown> = {}, headers: Record<string, string> = {}) {
    const conversationId = randomUUID()
    const params = {name: '', model: 'scripted', include_conversation_preferences: true}
    const asked = await ask(conversationId, {create_conversation_params: params, ...turn}, headers)
    return {conversationId, ...asked}
  }

  return {base, call, read, ask, askAnew}
}

/** What a page reads of a stream, live. Throws where it could not be read. */
export async function* completionEventsOf(response: Response): AsyncGenerator<CompletionEvent> {
  for await (const sse of eventsOf(response)) {
    const read: CompletionStreamEvent = readCompletionEvent(sse)
    if (read.kind === 'event') yield read.event
  }
}

export const isText = (event: CompletionEvent): boolean =>
  event.type === 'content_block_delta' && event.delta.type === 'text_delta'

export const textOf = (events: readonly CompletionEvent[]): string =>
  events
    .map((event) =>
      event.type === 'content_block_delta' && event.delta.type === 'text_delta' ? event.delta.text : '',
    )
    .join('')
