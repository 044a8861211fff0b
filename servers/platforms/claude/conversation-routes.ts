/** Making, reading and changing conversations, and their leaf. Rules CL3–CL4, CL20–CL33, CF6. */
import {Router} from 'express'
import {
  changeConversationRequest,
  createConversationRequest,
  setLeafRequest,
  titleRequest,
  type ClaudeConversation,
  type CurrentLeaf,
  type TitleReply,
} from '#protocol/claude/conversation.ts'
import {ROOT_MESSAGE_UUID} from '#protocol/claude/uuid.ts'
import {decode} from '#protocol/decode.ts'
import type {ConversationStore} from '../../conversation/conversation-store.ts'
import type {Publisher} from '../../conversation/publisher.ts'
import type {Tasks} from '../../tasks/tasks.ts'
import {titleText} from '../../model/words.ts'
import {saidIn} from '../aim-in.ts'
import {bodyOf} from '../guard.ts'
import {countIn, flagIn, wordIn} from '../query.ts'
import {consistencyIn} from '../replica.ts'
import type {Approvals} from './approvals.ts'
import type {Member} from './member.ts'
import type {Reads} from './reads.ts'
import type {ClaudeRecords} from './records.ts'
import {duplicateConversation, noMessage} from './refusals.ts'
import type {Turns} from './turns.ts'
import {RENDERING_MODES} from './wire-message.ts'

const DEFAULT_LIMIT = 30
const MAX_LIMIT = 100
const ONE = '/chat_conversations/:id'
const LEAF = `${ONE}/current_leaf_message_uuid`

export type ConversationRoutesParts = {
  readonly store: ConversationStore
  readonly records: ClaudeRecords
  readonly publisher: Publisher
  readonly member: Member
  readonly reads: Reads
  readonly turns: Turns
  readonly tasks: Pick<Tasks, 'runningIn' | 'stopIn'>
  readonly approvals: Pick<Approvals, 'waitingIn'>
}

export function conversationRoutes(parts: ConversationRoutesParts): Router {
  const {store, records, publisher, member, reads, turns, tasks, approvals} = parts
  const router = Router({mergeParams: true})

  router.get('/chat_conversations_v2', (req, res) => {
    const user = member.of(req)
    const offset = countIn(req, 'offset', 0, Number.MAX_SAFE_INTEGER)
    const limit = countIn(req, 'limit', DEFAULT_LIMIT, MAX_LIMIT)
    res.json(reads.list(user, offset, limit, consistencyIn(req)))
  })

  router.post('/chat_conversations', (req, res) => {
    const user = member.of(req)
    const {uuid, name, model, is_temporary} = decode(createConversationRequest, bodyOf(req))
    if (store.any(uuid)) throw duplicateConversation()
    const conversation = store.create({id: uuid, userId: user.id, title: name, isListed: !is_temporary})
    records.setAbout(uuid, user.id, {model: model ?? null, isStarred: false, settings: {}})
    publisher.announce(user, uuid, {type: 'conversation-created', title: name})
    res.status(201).json(reads.summary(conversation))
  })

  router.get(ONE, (req, res) => {
    const {user, conversation} = member.conversation(req)
    const options = {
      consistency: consistencyIn(req),
      tree: flagIn(req, 'tree', true),
      mode: wordIn(req, 'rendering_mode', 'messages', RENDERING_MODES),
      dangling: flagIn(req, 'return_dangling_human_message', false),
    }
    const taskIds = tasks.runningIn(conversation.id)
    const approvalIds = approvals.waitingIn(conversation.id)
    res.json({
      ...reads.one(user, conversation, options),
      ...(taskIds.length > 0 && {tabwitness_task_uuids: [...taskIds]}),
      ...(approvalIds.length > 0 && {tabwitness_approval_uuids: [...approvalIds]}),
    } satisfies ClaudeConversation)
  })

  router.put(ONE, (req, res) => {
    const {user, conversation} = member.conversation(req)
    const {id} = conversation
    const change = decode(changeConversationRequest, bodyOf(req))
    const about = records.about(id)
    records.setAbout(id, user.id, {
      ...about,
      model: change.model ?? about.model,
      isStarred: change.is_starred ?? about.isStarred,
      settings: {...about.settings, ...change.settings},
    })
    if (change.name !== undefined) {
      store.rename(id, change.name)
      publisher.announce(user, id, {type: 'title-updated', title: change.name})
    }
    if (change.model !== undefined) publisher.announce(user, id, {type: 'model-chosen', model: change.model})
    res.json(reads.summary({...conversation, title: change.name ?? conversation.title}))
  })

  router.delete(ONE, (req, res) => {
    const {user, conversation} = member.conversation(req)
    turns.recent.stop(conversation.id)
    tasks.stopIn(conversation.id)
    store.delete(conversation.id)
    publisher.announce(user, conversation.id, {type: 'conversation-deleted'})
    res.status(204).end()
  })

  router.get(LEAF, (req, res) => {
    const {current_leaf_message_uuid} = reads.latest(member.conversation(req).conversation)
    res.json({current_leaf_message_uuid} satisfies CurrentLeaf)
  })

  router.put(LEAF, (req, res) => {
    const {user, conversation} = member.conversation(req)
    const {current_leaf_message_uuid: leafId} = decode(setLeafRequest, bodyOf(req))
    if (!store.message(conversation.id, leafId)) throw noMessage()
    const {conflictRule = 'fork'} = user.settings
    // A page that moves the leaf back to its own answer would make the next send to it look up to date.
    const mayMove = conflictRule === 'fork' || saidIn(req, ROOT_MESSAGE_UUID).meansBranch
    if (mayMove) store.moveLeaf(conversation.id, leafId)
    const {current_leaf_message_uuid} = mayMove
      ? {current_leaf_message_uuid: leafId}
      : reads.latest(conversation)
    res.json({current_leaf_message_uuid} satisfies CurrentLeaf)
  })

  router.get(`${ONE}/latest`, (req, res) => {
    res.json(reads.latest(member.conversation(req).conversation))
  })

  router.post(`${ONE}/title`, (req, res) => {
    const {user, conversation} = member.conversation(req)
    const {message_content} = decode(titleRequest, bodyOf(req))
    const title = titleText(`${user.settings.model.seed}/${message_content}`)
    store.rename(conversation.id, title)
    publisher.announce(user, conversation.id, {type: 'title-updated', title})
    res.status(202).json({title} satisfies TitleReply)
  })

  return router
}
