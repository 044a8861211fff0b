/** What a tab asks the server for: an answer to a new message, or another answer to one that is there. */
export type Turn = {
  readonly conversationId: string | null
  readonly parentId: string
  /** Null asks for another answer to `parentId`. */
  readonly prompt: {readonly id: string; readonly text: string} | null
}
