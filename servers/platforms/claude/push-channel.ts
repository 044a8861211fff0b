/**
 * The channel of Claude.ai: asks FCM to push what a person's browsers should hear, one after another per browser, beside the
 * answers and never in their way. What fails is in the ledger. Rules CL63, CP1–CP7.
 */
import type {LedgerEvent} from '#protocol/ledger-event.ts'
import type {User} from '../../accounts/user.ts'
import type {ConversationStore} from '../../conversation/conversation-store.ts'
import type {StoredEvent} from '../../conversation/publisher.ts'
import type {PushSender, PushSent} from '../../fcm/push-sender.ts'
import {isPushed, pushesOf, type Push} from './push-data.ts'
import type {ClaudeRecords} from './records.ts'
import {toClaude} from './wire-message.ts'

export type PushChannelParts = {
  readonly sender: PushSender
  readonly store: ConversationStore
  readonly records: ClaudeRecords
  readonly record: (event: LedgerEvent) => void
  /** Milliseconds of CLOCK_MONOTONIC. */
  readonly now: () => number
}

export type PushChannel = {
  /** Resolves when FCM has answered for all of it; never rejects. */
  readonly announce: (user: User, event: StoredEvent) => Promise<void>
  /** Nothing is asked from now on. */
  readonly close: () => Promise<void>
}

export function createPushChannel({sender, store, records, record, now}: PushChannelParts): PushChannel {
  /** What was asked last, by channel. */
  const last = new Map<string, Promise<void>>()
  let isClosed = false

  async function announce(user: User, event: StoredEvent): Promise<void> {
    if (!isPushed(event)) return
    const channels = records.channels(user.id).filter(({isActive}) => isActive)
    if (channels.length === 0) return
    const {conversationId} = event
    const pushes = pushesOf(event, {
      carriage: user.settings.carriage,
      notifies: records.preference(user.id).completion.enable_push,
      isTemporary: store.any(conversationId)?.isListed === false,
      toWire: (message) => {
        const index = store.messages(conversationId).findIndex(({id}) => id === message.id)
        return toClaude(message, index, 'messages')
      },
    })
    const asked = channels.flatMap(({id}) =>
      pushes.map((push) => inTurn(id, () => ask(user.id, conversationId, id, push))),
    )
    await Promise.all(asked)
  }

  function inTurn(channelId: string, work: () => Promise<void>): Promise<void> {
    const next = (last.get(channelId) ?? Promise.resolve()).then(work)
    last.set(channelId, next)
    return next.finally(() => {
      if (last.get(channelId) === next) last.delete(channelId)
    })
  }

  async function ask(userId: string, conversationId: string, channelId: string, push: Push): Promise<void> {
    const channel = isClosed ? undefined : records.channel(channelId)
    if (!channel?.isActive) return
    const at = now()
    const sent = await sendTo(channel.token, push)
    if (isClosed) return
    if (sent.ok) {
      const {carries, messageIds} = push
      const ids = {userId, conversationId, messageIds: [...messageIds], channelId, pushId: sent.messageId}
      return record({kind: 'pushed', at, acceptedAt: now(), carries, ...ids})
    }
    if (sent.why === 'gone') records.closeChannel(channelId)
    record({kind: 'refused', at: now(), where: 'push', code: sent.code, userId})
  }

  const sendTo = (token: string, {data}: Push): Promise<PushSent> =>
    sender.send(token, data).catch((): PushSent => ({ok: false, why: 'failed', code: 'send-threw'}))

  return {
    announce,
    close() {
      isClosed = true
      return sender.close()
    },
  }
}
