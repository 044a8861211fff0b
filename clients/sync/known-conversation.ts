/** A conversation as it was read, in the words of no platform: its tree and the leaf the server holds current. */
import type {KnownMessage} from '#protocol/known-message.ts'

/** A node of the tree as read; the root says nothing and has no parent. */
export type KnownNode = KnownMessage & {readonly childIds: readonly string[]}

export type KnownConversation = {
  readonly id: string
  readonly title: string
  readonly leafId: string
  /** What it is answered by; null where nobody said. */
  readonly model: string | null
  readonly nodes: readonly KnownNode[]
  /** The server's wall clock (ms) at the last change that this reading knows of. */
  readonly updatedAtMs: number
}

/** Where a reading came from: its bytes were in hand at `at` (`stampNow`). */
export type Reading = {readonly conversation: KnownConversation; readonly at: number; readonly bytes: number}
