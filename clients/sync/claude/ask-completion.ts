/**
 * Asks for a turn: one POST that nobody but the person repeats, under ids the page made. Observed: `turn_message_uuids`, a
 * new conversation made by the same POST, and two ways to send once more what seems not to have arrived. A model whose
 * name has `thinking` in it thinks (invented). Rules CL3, CL10, CL13, CL16, CC16.
 */
import type {Surroundings} from '../chat-session.ts'
import {headersOf, type Turn} from '../turn.ts'
import type {ClaudeApi} from './api.ts'
import type {RetryMode} from './defaults.ts'

/** A turn under the ids that it has from the beginning. */
export type NamedTurn = Turn & {
  readonly conversationId: string
  /** Made by this turn. */
  readonly isNew: boolean
  readonly answerId: string
  /** How the person's second attempt asks; null in the first. */
  readonly repeats: RetryMode | null
}

export const nameTurn = (turn: Turn, {newId}: Pick<Surroundings, 'newId'>): NamedTurn => ({
  ...turn,
  conversationId: turn.conversationId ?? newId(),
  isNew: turn.conversationId === null,
  answerId: newId(),
  repeats: null,
})

/** `fallback`: where the conversation names no model. */
export function askCompletion(
  api: ClaudeApi,
  turn: NamedTurn,
  fallback: string | undefined,
): Promise<Response> {
  const model = turn.model ?? fallback
  const {conversationId, parentId, prompt, answerId, isNew, repeats} = turn
  const headers = headersOf(turn)
  const thinks = model?.includes('thinking') ?? false
  const common = {
    parent_message_uuid: parentId,
    rendering_mode: 'messages' as const,
    ...(model !== undefined && {model}),
    ...(thinks && {paprika_mode: 'extended' as const}),
  }
  if (prompt === null) {
    const turn_message_uuids = {assistant_message_uuid: answerId}
    return api.retry(conversationId, {...common, turn_message_uuids}, headers)
  }
  const created = isNew && {
    create_conversation_params: {
      name: '',
      is_temporary: false,
      ...(turn.model !== null && {model: turn.model}),
    },
  }
  // Without the ids the server cannot know that it has the turn already: the hazard of `legacy`.
  if (repeats === 'legacy')
    return api.complete(conversationId, {...common, prompt: prompt.text, ...created}, headers)
  const body = {
    ...common,
    prompt: prompt.text,
    turn_message_uuids: {human_message_uuid: prompt.id, assistant_message_uuid: answerId},
    ...created,
  }
  return api.complete(conversationId, body, headers)
}
