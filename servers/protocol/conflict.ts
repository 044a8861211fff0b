/**
 * Conflict rules, and what a page may say about the place it sends to. The rule `fork` is what the products do; the other
 * rules and both headers are invented. A request without the headers means what it does in the products. Rules CF1–CF8, CF10.
 */

/** What the server does with a send that names an out-of-date parent. */
export const CONFLICT_RULES = ['fork', 'reject', 'rebase'] as const
export type ConflictRule = (typeof CONFLICT_RULES)[number]

/** Present where the person means to branch: to edit, or to go on from another branch than the current one. */
export const BRANCH_HEADER = 'x-tabwitness-branch'
/** The id of the last message that the page knows, as an `If-Match` would carry it. */
export const SHOWN_LEAF_HEADER = 'x-tabwitness-shown-leaf'
/** ChatGPT only. The id of the message that is sent: the same one again gets the turn that is there already. */
export const REPEAT_HEADER = 'idempotency-key'

/** ChatGPT's word for a refused send, in `detail.code`. Claude.ai's is in `claude/error.ts`. */
export const CONFLICT_CODE = 'conversation_changed'
