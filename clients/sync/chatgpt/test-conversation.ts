/** Messages, conversations and answer streams for tests, as the server writes them. */
import type {ConversationNode, ConversationRead, Message} from '#protocol/conversation.ts'

export function testMessage(
  id: string,
  text: string,
  {
    parent,
    role = 'user',
    status = 'finished_successfully',
  }: {parent: string; role?: 'user' | 'assistant'; status?: Message['status']},
): Message {
  return {
    id,
    author: {role},
    create_time: 1,
    content: {content_type: 'text', parts: [text]},
    status,
    channel: role === 'assistant' ? 'final' : null,
    recipient: 'all',
    metadata: {parent_id: parent},
  }
}

/** A conversation whose messages name their parents; the first one's is `root`. */
export function testConversation(
  id: string,
  messages: readonly Message[],
  leaf = messages.at(-1)?.id ?? 'root',
): ConversationRead {
  const nodes: ConversationNode[] = [
    {id: 'root', parent: null, children: [], message: null},
    ...messages.map((message) => ({
      id: message.id,
      parent: message.metadata.parent_id ?? 'root',
      children: [],
      message,
    })),
  ]
  const mapping = Object.fromEntries(
    nodes.map((node) => [
      node.id,
      {...node, children: nodes.filter(({parent}) => parent === node.id).map((child) => child.id)},
    ]),
  )
  return {
    title: `about ${id}`,
    create_time: 1,
    update_time: 1,
    mapping,
    current_node: leaf,
    conversation_id: id,
  }
}

const sse = (data: unknown, event?: string) =>
  `${event ? `event: ${event}\n` : ''}data: ${JSON.stringify(data)}\n\n`

/** The events of an answer stream, as text. */
export const events = {
  encoding: sse('v1', 'delta_encoding'),
  token: (conversationId: string, token = 't1') =>
    sse({type: 'resume_conversation_token', kind: 'topic', token, conversation_id: conversationId}),
  prompt: (conversationId: string, message: Message) =>
    sse({type: 'input_message', input_message: message, conversation_id: conversationId}),
  snapshot: (conversationId: string, message: Message) =>
    sse({p: '', o: 'add', v: {message, conversation_id: conversationId, error: null}, c: 0}, 'delta'),
  text: (text: string) => sse({p: '/message/content/parts/0', o: 'append', v: text}, 'delta'),
  finished: sse(
    {p: '', o: 'patch', v: [{p: '/message/status', o: 'replace', v: 'finished_successfully'}]},
    'delta',
  ),
  handoff: (conversationId: string, turnId: string) =>
    sse({
      type: 'stream_handoff',
      conversation_id: conversationId,
      turn_exchange_id: turnId,
      options: [{type: 'subscribe_ws_topic', topic_id: `conversation-turn-${turnId}`}],
    }),
  complete: (conversationId: string) =>
    sse({type: 'message_stream_complete', conversation_id: conversationId}),
  done: 'data: [DONE]\n\n',
}
