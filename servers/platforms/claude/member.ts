/** Who asks, in which organization, about which conversation: what every route below `/api/organizations/{org}` begins with. Rules CL1, CL52. */
import type {Request} from 'express'
import type {User} from '../../accounts/user.ts'
import type {ConversationStore} from '../../conversation/conversation-store.ts'
import type {Conversation} from '../../conversation/message.ts'
import type {PersonOf} from '../guard.ts'
import {foreignOrganization, noConversation} from './refusals.ts'

export type Member = {
  /** Throws 403 for nobody, and for another person's organization. */
  readonly of: (req: Request) => User
  /** Throws 404 where the person has no such conversation. */
  readonly conversation: (req: Request) => {readonly user: User; readonly conversation: Conversation}
}

/** Ids are compared in lower case, as UUIDs are. */
const wordOf = (req: Request, name: string): string => String(req.params[name] ?? '').toLowerCase()

export const conversationIdIn = (req: Request): string => wordOf(req, 'id')

export function createMember(personOf: PersonOf, store: ConversationStore): Member {
  const of = (req: Request): User => {
    const user = personOf(req)
    if (wordOf(req, 'org') !== user.organizationId) throw foreignOrganization()
    return user
  }
  return {
    of,
    conversation(req) {
      const user = of(req)
      const conversation = store.find(conversationIdIn(req), user.id)
      if (!conversation) throw noConversation()
      return {user, conversation}
    },
  }
}
