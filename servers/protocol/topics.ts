/** What a tab can follow. Names observed (vendor client code and several public sources); rules CE10–CE11. */
import * as v from 'valibot'

export const topicName = v.pipe(v.string(), v.regex(/^[A-Za-z0-9_-]{1,200}$/))

/** The account-wide topics. Only `conversations` ever carries anything here; the others are followed and stay silent. */
export const ACCOUNT_TOPICS = [
  'conversations',
  'alder-conversations',
  'app_notifications',
  'calpico-chatgpt',
  'calpico-chatgpt-messaging',
  'push_auth_challenge',
] as const
export type AccountTopic = (typeof ACCOUNT_TOPICS)[number]

export const CONVERSATIONS = 'conversations' satisfies AccountTopic

export const conversationTopic = (conversationId: string): string => `conversation-${conversationId}`
export const turnTopic = (turnId: string): string => `conversation-turn-${turnId}`

export type Topic =
  | {readonly name: 'account'; readonly topic: AccountTopic}
  | {readonly name: 'turn'; readonly turnId: string}
  | {readonly name: 'conversation'; readonly conversationId: string}
  | {readonly name: 'other'; readonly topic: string}

export function parseTopic(topic: string): Topic {
  const account = ACCOUNT_TOPICS.find((known) => known === topic)
  if (account) return {name: 'account', topic: account}
  // Turn topics first: a conversation id may not begin with `turn-`.
  if (topic.startsWith('conversation-turn-')) return {name: 'turn', turnId: topic.slice(18)}
  if (topic.startsWith('conversation-')) return {name: 'conversation', conversationId: topic.slice(13)}
  return {name: 'other', topic}
}
