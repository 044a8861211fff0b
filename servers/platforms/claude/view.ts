/** What a read of a conversation shows: only what is final, as it was at a time, without messages that nobody answered. Pure. Rules CL20–CL24. */
import type {StoredMessage} from '../../conversation/message.ts'

export type View = {
  /** In the order of writing. Their parents are in it too. */
  readonly messages: readonly StoredMessage[]
  /** Null while nothing is shown. */
  readonly leafId: string | null
}

export type Sight = {
  /** What came after is not seen. */
  readonly untilMs: number
  /** Whether a person's message is seen that has no reply. */
  readonly dangling: boolean
}

/** `messages` in the order of writing, parents before children; the leaf as it stood at the time. */
export function viewOf(
  messages: readonly StoredMessage[],
  leafId: string | null,
  {untilMs, dangling}: Sight,
): View {
  const seen = new Set<string | null>([null])
  for (const {id, parentId, status, updatedAtMs} of messages) {
    if (status !== 'in_progress' && updatedAtMs <= untilMs && seen.has(parentId)) seen.add(id)
  }
  const answered = new Set<string | null>()
  for (const {id, parentId, role} of messages.toReversed()) {
    if (role === 'user' && !dangling && !answered.has(id)) seen.delete(id)
    if (seen.has(id)) answered.add(parentId)
  }
  const parents = new Map(messages.map(({id, parentId}) => [id, parentId]))
  let leaf = leafId
  while (leaf !== null && !seen.has(leaf)) leaf = parents.get(leaf) ?? null
  return {messages: messages.filter(({id}) => seen.has(id)), leafId: leaf}
}
