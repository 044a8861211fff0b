/**
 * What a page does against sending into a conversation that has changed. All invented; off unless named. Rules CF10–CF15.
 */

export const SEND_GUARDS = ['if-match', 'idempotent', 'refetch-first', 'warn-first'] as const
export type SendGuard = (typeof SEND_GUARDS)[number]
