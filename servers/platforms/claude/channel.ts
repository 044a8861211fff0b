/**
 * The channel of Claude.ai: what is said of a conversation goes into its log, then to whoever can be pushed to, in the order
 * of the commits. Knows neither FCM nor HTTP. Rules CP1–CP8, CP13.
 */
import type {LedgerEvent} from '#protocol/ledger-event.ts'
import type {PushPlace} from '#protocol/claude/channel-events.ts'
import {parseOffset} from '#protocol/offset.ts'
import type {User} from '../../accounts/user.ts'
import type {ConversationStore} from '../../conversation/conversation-store.ts'
import type {StoredEvent} from '../../conversation/publisher.ts'
import type {ChannelLog} from './channel-log.ts'
import {createInTurn} from './in-turn.ts'
import type {PushChannel} from './push-channel.ts'
import {isPushed, noticeOf, pushOf, syncOf, type Circumstances, type PushData} from './push-data.ts'
import type {ClaudeRecords} from './records.ts'
import {toClaude} from './wire-message.ts'

export type ChannelParts = {
  readonly log: ChannelLog
  /** Null where nothing is pushed. */
  readonly push: PushChannel | null
  readonly store: ConversationStore
  readonly records: ClaudeRecords
  readonly record: (event: LedgerEvent) => void
  readonly now: () => number
  /** The wall clock when this process began, before it committed anything. */
  readonly begunAtMs: number
}

export type Channel = {
  /** Resolves when all of it was said; never rejects. */
  readonly announce: (user: User, event: StoredEvent) => Promise<void>
  /** Says what a process before this one committed and had no time to say. */
  readonly catchUp: (user: User, conversationId: string) => Promise<void>
  /** Nothing is said from now on. */
  readonly close: () => Promise<void>
}

export function createChannel(parts: ChannelParts): Channel {
  const {log, push, store, records, record, now, begunAtMs} = parts
  const inTurn = createInTurn()
  /** What this process commits it says itself, so that each conversation is looked at once. */
  const caughtUp = new Map<string, Promise<void>>()
  let isClosed = false

  async function announce(user: User, event: StoredEvent): Promise<void> {
    if (isClosed || !isPushed(event)) return
    const {conversationId} = event
    const to = {userId: user.id, conversationId, channelIds: push?.reaching(user.id) ?? []}
    const about: Circumstances = {
      carriage: user.settings.carriage,
      notifies: to.channelIds.length > 0 && records.preference(user.id).completion.enable_push,
      isTemporary: store.any(conversationId)?.isListed === false,
      toWire: (message) => {
        const index = store.messages(conversationId).findIndex(({id}) => id === message.id)
        return toClaude(message, index, 'messages')
      },
    }
    const sync = syncOf(event, about)
    const notice = noticeOf(event, about)
    if (sync === null && notice === null) return
    let asked: Promise<void> = Promise.resolve()
    // By person, so that pushes of two conversations are asked for in the order of their commits, too.
    await inTurn(user.id, async () => {
      const place = sync && (await placeOf(user.id, conversationId, sync.whole.data))
      if (push === null || to.channelIds.length === 0) return
      asked = push.push(to, [...(sync ? [pushOf(sync, place)] : []), ...(notice ? [notice] : [])])
    })
    await asked
  }

  async function placeOf(userId: string, conversationId: string, data: PushData): Promise<PushPlace | null> {
    try {
      return await log.append(conversationId, data)
    } catch {
      if (!isClosed) record({kind: 'refused', at: now(), where: 'claude-channel', code: 'log-failed', userId})
      return null
    }
  }

  function catchUp(user: User, conversationId: string): Promise<void> {
    const known = caughtUp.get(conversationId)
    if (known) return known
    const looking = sayWhatIsUnsaid(user, conversationId)
    caughtUp.set(conversationId, looking)
    return looking
  }

  async function sayWhatIsUnsaid(user: User, conversationId: string): Promise<void> {
    const lastMs = await saidUntilMs(conversationId)
    // Of a conversation of which nothing was ever said, nobody has a place.
    if (lastMs === 0) return
    const userId = user.id
    for (const message of store.messages(conversationId)) {
      const {status, updatedAtMs, turnId} = message
      if (status === 'in_progress' || updatedAtMs <= lastMs || updatedAtMs > begunAtMs) continue
      const of = {userId, conversationId, message}
      const isAnswer = message.role === 'assistant' && turnId !== null
      void announce(
        user,
        isAnswer
          ? {...of, type: 'turn-completed', turnId, handoff: false}
          : {...of, type: 'message-committed'},
      )
    }
    // It is in the log then; the pushes take as long as they take.
    await inTurn(userId, async () => {})
  }

  async function saidUntilMs(conversationId: string): Promise<number> {
    try {
      const {head} = await log.read(conversationId, {})
      return parseOffset(head.offset)?.ms ?? 0
    } catch {
      return 0
    }
  }

  return {
    announce,
    catchUp,
    async close() {
      isClosed = true
      await push?.close()
    },
  }
}
