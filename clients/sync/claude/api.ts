/**
 * The HTTP calls of a Claude tab, each decoded once. Does not know in which order they are made. Failures are
 * {@link ApiError}. Paths, parameters and headers observed. Rules CL1, CL3, CL10, CL13, CL20–CL33, CL40–CL43, CL60, CP9–CP10, CC2, CC14,
 * HB6–HB7.
 */
import {readChannelEvents, type LogPlace} from '#protocol/claude/channel-events.ts'
import type {CompletionRequest, RetryCompletionRequest} from '#protocol/claude/completion-request.ts'
import {completionStatus, type CompletionStatus} from '#protocol/claude/completion-status.ts'
import {claudeConversation, claudeConversationList, titleReply} from '#protocol/claude/conversation.ts'
import {leafOfConflict, readClaudeError} from '#protocol/claude/error.ts'
import {notificationChannel} from '#protocol/claude/notification.ts'
import {
  PUSH_PAGE_CONFIG_PATH,
  pushPageConfig,
  type PushPageConfig,
} from '#protocol/claude/push-page-config.ts'
import {APPROVAL_KEY, type GiveApprovalRequest} from '#protocol/claude/tool-approval.ts'
import {decode} from '#protocol/decode.ts'
import type {ConversationSummary, SessionOptions, Surroundings} from '../chat-session.ts'
import {ApiError, createHttpCaller, type CallLimits} from '../http-caller.ts'
import type {Reading} from '../known-conversation.ts'
import {asSignedIn} from '../signed-in.ts'
import type {Freshness} from '../visit.ts'
import {callLimits, conversationListLimit} from './defaults.ts'
import type {AnsweredQuestion} from './position-follower.ts'
import {createUsedUp} from './used-up.ts'
import {knownConversation} from './wire-words.ts'

/** Beside those that every request has. */
type Headers = Readonly<Record<string, string>>

/** Beside the conversation: the tasks that run in it, and what waits there for the person's word. */
export type ClaudeReading = Reading & {
  readonly taskIds: readonly string[]
  readonly approvalIds: readonly string[]
}

export type ClaudeApi = {
  list(): Promise<readonly Pick<ConversationSummary, 'id' | 'title'>[]>
  /** `ordinary` may be answered by a replica that is behind. */
  conversation(id: string, freshness: Freshness): Promise<ClaudeReading>
  /** The response streams the answer. */
  complete(id: string, body: CompletionRequest, headers: Headers): Promise<Response>
  retry(id: string, body: RetryCompletionRequest, headers: Headers): Promise<Response>
  /** `hold`: the server answers only once the state has changed, or its patience has ended. */
  status(id: string, hold: boolean): Promise<CompletionStatus>
  stop(id: string): Promise<void>
  approve(id: string, approvalId: string): Promise<void>
  rename(id: string, title: string): Promise<void>
  remove(id: string): Promise<void>
  chooseModel(id: string, model: string): Promise<void>
  setLeaf(id: string, messageId: string): Promise<void>
  title(id: string, messageText: string): Promise<string>
  /** The uuid of the channel. */
  registerChannel(token: string): Promise<string>
  /** What the log has after this place, or where it stands; and whether pushes still go to the channel. */
  channelEvents(question: ChannelQuestion): Promise<AnsweredQuestion>
  /** Null where the servers have no push. */
  pushConfig(): Promise<PushPageConfig | null>
}

export type ChannelQuestion = {
  readonly conversationId: string
  readonly place: LogPlace | null
  readonly channelId: string | null
  /** No answer by then is none. */
  readonly limitMs: number
}

type Needs = Pick<Surroundings, 'fetch' | 'stampNow' | 'setTimer' | 'storage' | 'newId' | 'now'>

const DEVICE_KEY = 'tabwitness-device'
const EVENT_STREAM = {accept: 'text/event-stream'}

export function createApi(options: SessionOptions, browser: Needs, signal: AbortSignal): ClaudeApi {
  const surroundings = asSignedIn(options, browser)
  const ordinary = options.habits?.reads === 'strong' ? 'strong' : 'eventual'
  const usedUp = createUsedUp(surroundings)
  const callerWithin = (limits: CallLimits) =>
    createHttpCaller({
      options,
      limits,
      headers: {
        'anthropic-client-platform': 'web_claude_ai',
        'anthropic-device-id': deviceId(surroundings),
      },
      surroundings,
      signal,
      complaint: (body) => usedUp.complaint(body) ?? readClaudeError(body)?.message ?? null,
      leafOfConflict,
    })
  const {call, send, read} = callerWithin(callLimits)
  const base = `/api/organizations/${encodeURIComponent(options.accountId)}`
  const change = async (id: string, changes: unknown) => {
    await send('PUT', of(id), changes)
  }
  const of = (id: string) => `${base}/chat_conversations/${encodeURIComponent(id)}`

  return {
    async list() {
      const {text} = await read(
        `${base}/chat_conversations_v2?limit=${conversationListLimit}&offset=0&consistency=${ordinary}`,
      )
      return decode(claudeConversationList, text).data.map(({uuid, name}) => ({id: uuid, title: name}))
    },
    async conversation(id, freshness) {
      const query = new URLSearchParams({
        tree: 'True',
        rendering_mode: 'messages',
        render_all_tools: 'true',
        consistency: freshness === 'latest' ? 'strong' : ordinary,
        return_dangling_human_message: 'true',
      })
      const {text, at} = await read(`${of(id)}?${query}`)
      const wire = decode(claudeConversation, text)
      return {
        conversation: knownConversation(wire),
        taskIds: wire.tabwitness_task_uuids ?? [],
        approvalIds: wire.tabwitness_approval_uuids ?? [],
        at,
        bytes: text.length,
      }
    },
    async complete(id, body, headers) {
      usedUp.check()
      return send('POST', `${of(id)}/completion`, body, {...EVENT_STREAM, ...headers})
    },
    async retry(id, body, headers) {
      usedUp.check()
      return send('POST', `${of(id)}/retry_completion`, body, {...EVENT_STREAM, ...headers})
    },
    async approve(id, approvalId) {
      const given = {[APPROVAL_KEY]: approvalId, approved: true} satisfies GiveApprovalRequest
      await send('POST', `${of(id)}/tool_approval`, given)
    },
    status: async (id, hold) =>
      decode(completionStatus, (await read(`${of(id)}/completion_status?poll=${hold}`)).text),
    async stop(id) {
      await call(`${of(id)}/stop_response`, {method: 'POST'})
    },
    rename: (id, name) => change(id, {name}),
    async remove(id) {
      await call(of(id), {method: 'DELETE'})
    },
    chooseModel: (id, model) => change(id, {model}),
    async setLeaf(id, messageId) {
      await send('PUT', `${of(id)}/current_leaf_message_uuid`, {current_leaf_message_uuid: messageId})
    },
    async title(id, messageText) {
      const reply = await send('POST', `${of(id)}/title`, {message_content: messageText, recent_titles: []})
      return decode(titleReply, await textOf(reply)).title
    },
    async registerChannel(token) {
      const reply = await send('POST', `${base}/notification/channels`, {
        channel_type: 'FCM',
        client_app_name: 'claude-ai-web',
        client_platform: 'web_claude_ai',
        registration_token: token,
        os_push_permission_granted: true,
      })
      return decode(notificationChannel, await textOf(reply)).uuid
    },
    async channelEvents({conversationId, place, channelId, limitMs}) {
      const query = new URLSearchParams({...place, ...(channelId !== null && {channel: channelId})})
      const caller = callerWithin({openMs: limitMs, idleMs: limitMs})
      const {text, at} = await caller.read(`${of(conversationId)}/channel_events?${query}`)
      return {answer: readChannelEvents(text), at, bytes: text.length}
    },
    async pushConfig() {
      try {
        return decode(pushPageConfig, (await read(PUSH_PAGE_CONFIG_PATH)).text)
      } catch (error) {
        if (error instanceof ApiError && error.status === 404) return null
        throw error
      }
    },
  }
}

const textOf = (reply: Response): Promise<string> =>
  reply.text().catch((cause: unknown) => {
    throw new ApiError(0, 'The answer of the server was cut off.', {cause})
  })

/** One per browser, kept over page loads. */
function deviceId({storage, newId}: Pick<Surroundings, 'storage' | 'newId'>): string {
  const kept = storage.get(DEVICE_KEY)
  if (kept !== null) return kept
  const made = newId()
  storage.set(DEVICE_KEY, made)
  return made
}
