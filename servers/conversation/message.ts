/** A message of a conversation's tree, in words of no platform. Platforms translate it to their own shapes. */

export type MessageState = 'in_progress' | 'complete' | 'stopped' | 'failed'

export type StoredMessage = {
  readonly id: string
  readonly conversationId: string
  /** Null at the root of the tree. */
  readonly parentId: string | null
  readonly role: 'user' | 'assistant'
  readonly text: string
  readonly status: MessageState
  readonly createdAtMs: number
  readonly updatedAtMs: number
  /** The turn that wrote it; null for what was put there outside of turns. */
  readonly turnId: string | null
  /** Which model answered; null for a person's message. */
  readonly model: string | null
}

export type Conversation = {
  readonly id: string
  readonly userId: string
  readonly title: string
  readonly createdAtMs: number
  readonly updatedAtMs: number
  /** Null while the conversation is empty. */
  readonly leafId: string | null
  /** A conversation that is not listed can be found by its id alone. */
  readonly isListed: boolean
  /** What a person chose to be answered by; null where nobody did, or where the platform keeps it elsewhere. */
  readonly model: string | null
}
