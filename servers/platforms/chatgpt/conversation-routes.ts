/** Reading and changing conversations, their status, and where the person's socket is. Rules CE1, TU20–TU22, ST1, HB7. */
import {Router, type Request} from 'express'
import type {CelsiusBootstrap} from '#protocol/celsius-bootstrap.ts'
import {conversationChange, type ConversationChangeReply} from '#protocol/conversation-change.ts'
import {ASYNC_STATUS, type ConversationList, type ConversationRead} from '#protocol/conversation.ts'
import {decode} from '#protocol/decode.ts'
import type {StreamStatusReply} from '#protocol/stream-status.ts'
import type {User} from '../../accounts/user.ts'
import type {ConversationStore} from '../../conversation/conversation-store.ts'
import type {Conversation} from '../../conversation/message.ts'
import type {Publisher} from '../../conversation/publisher.ts'
import type {Tasks} from '../../tasks/tasks.ts'
import {bodyOf, type PersonOf} from '../guard.ts'
import {countIn} from '../query.ts'
import {consistencyIn} from '../replica.ts'
import type {Reads} from './reads.ts'
import {noConversation} from './refusals.ts'
import {streamStatusOf, toListItem} from './wire-message.ts'

const DEFAULT_LIMIT = 28
const MAX_LIMIT = 100

export type ConversationRoutesParts = {
  readonly store: ConversationStore
  readonly publisher: Publisher
  readonly tasks: Pick<Tasks, 'isUnread' | 'stopIn'>
  readonly reads: Reads
  readonly personOf: PersonOf
  /** Stops what is being answered in the conversation. */
  readonly stopTurns: (conversationId: string) => void
  readonly socketUrl: (user: User, host: string) => string
}

export function conversationRoutes(parts: ConversationRoutesParts): Router {
  const {store, publisher, tasks, reads, personOf, stopTurns, socketUrl} = parts
  const router = Router()

  const find = (req: Request<{id: string}>): {user: User; conversation: Conversation} => {
    const user = personOf(req)
    const conversation = store.find(req.params.id, user.id)
    if (!conversation) throw noConversation()
    return {user, conversation}
  }

  router.get('/celsius/ws/user', (req, res) => {
    const websocket_url = socketUrl(personOf(req), req.headers.host ?? '')
    res.json({websocket_url} satisfies CelsiusBootstrap)
  })

  router.get('/conversations', (req, res) => {
    const user = personOf(req)
    const offset = countIn(req, 'offset', 0, Number.MAX_SAFE_INTEGER)
    const limit = countIn(req, 'limit', DEFAULT_LIMIT, MAX_LIMIT)
    const {items, total} = reads.list(user, offset, limit, consistencyIn(req))
    res.json({items: items.map(toListItem), total, limit, offset} satisfies ConversationList)
  })

  router.get('/conversation/:id', (req, res) => {
    const {user, conversation} = find(req)
    const read = reads.one(user, conversation, consistencyIn(req))
    const unread = tasks.isUnread(conversation.id) ? ASYNC_STATUS.unread : null
    res.json({...read, async_status: read.async_status ?? unread} satisfies ConversationRead)
  })

  router.get('/conversation/:id/stream_status', (req, res) => {
    const {conversation} = find(req)
    res.json({status: streamStatusOf(store.turns(conversation.id))} satisfies StreamStatusReply)
  })

  router.patch('/conversation/:id', (req, res) => {
    const {user, conversation} = find(req)
    const change = decode(conversationChange, bodyOf(req))
    if ('title' in change) {
      store.rename(conversation.id, change.title)
      publisher.announce(user, conversation.id, {type: 'title-updated', title: change.title})
    } else if ('model' in change) {
      store.chooseModel(conversation.id, change.model)
      publisher.announce(user, conversation.id, {type: 'model-chosen', model: change.model})
    } else {
      tasks.stopIn(conversation.id)
      stopTurns(conversation.id)
      store.delete(conversation.id)
      publisher.announce(user, conversation.id, {type: 'conversation-deleted'})
    }
    res.json({success: true} satisfies ConversationChangeReply)
  })

  return router
}
