/** Messages and conversations for tests, in the words of no platform. The root is called `root`. */
import type {KnownMessage, SaidMessage} from '#protocol/known-message.ts'
import type {KnownConversation} from './known-conversation.ts'

export function testKnown(
  id: string,
  text: string,
  {
    parent,
    role = 'user',
    status = 'complete',
  }: {parent: string; role?: SaidMessage['role']; status?: SaidMessage['status']},
): KnownMessage {
  return {id, parentId: parent, said: {role, text, status}}
}

/** A conversation of these messages, whose leaf is the last one. */
export function testKnownConversation(id: string, messages: readonly KnownMessage[]): KnownConversation {
  const all: readonly KnownMessage[] = [{id: 'root', parentId: null, said: null}, ...messages]
  return {
    id,
    title: `about ${id}`,
    leafId: all.at(-1)?.id ?? 'root',
    model: null,
    updatedAtMs: 1_000,
    nodes: all.map((message) => ({
      ...message,
      childIds: all.filter(({parentId}) => parentId === message.id).map((child) => child.id),
    })),
  }
}
