/** What a tab asks the server for: an answer to a new message, or another answer to one that is there. Rules CF2, CF10. */
import {BRANCH_HEADER, SHOWN_LEAF_HEADER} from '#protocol/conflict.ts'

export type Turn = {
  readonly conversationId: string | null
  readonly parentId: string
  /** Null asks for another answer to `parentId`. */
  readonly prompt: {readonly id: string; readonly text: string} | null
  /** What it is to be answered by; null where the conversation names none. */
  readonly model: string | null
  /** The person goes back on purpose. */
  readonly meansBranch: boolean
  /** Guard `if-match`: the last message that the tab knows; null does not say. */
  readonly shownLeafId: string | null
}

export const headersOf = ({meansBranch, shownLeafId}: Turn): Record<string, string> => ({
  ...(meansBranch && {[BRANCH_HEADER]: 'meant'}),
  ...(shownLeafId !== null && {[SHOWN_LEAF_HEADER]: shownLeafId}),
})

/** What the server said of a turn that it refused because the conversation had gone on. */
export type TurnRefusal = {readonly currentLeafId: string}
