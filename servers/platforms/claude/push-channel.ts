/**
 * Asks FCM to push to a person's browsers, one after another per browser, beside the answers and never in their way. Does not
 * know what is said. What fails is in the ledger. Rules CL63, CP6–CP7.
 */
import type {LedgerEvent} from '#protocol/ledger-event.ts'
import type {PushSender, PushSent} from '../../fcm/push-sender.ts'
import {createInTurn} from './in-turn.ts'
import type {Push} from './push-data.ts'
import type {ClaudeRecords} from './records.ts'

export type PushChannelParts = {
  readonly sender: PushSender
  readonly records: ClaudeRecords
  readonly record: (event: LedgerEvent) => void
  /** Milliseconds of CLOCK_MONOTONIC. */
  readonly now: () => number
}

/** The channels, and what the ledger says of the pushes. */
export type PushTo = {
  readonly channelIds: readonly string[]
  readonly userId: string
  readonly conversationId: string
}

export type PushChannel = {
  /** The channels by which the person can be reached now. */
  readonly reaching: (userId: string) => readonly string[]
  /** Resolves when FCM has answered for all of it; never rejects. */
  readonly push: (to: PushTo, pushes: readonly Push[]) => Promise<void>
  /** Nothing is asked from now on. */
  readonly close: () => Promise<void>
}

export function createPushChannel({sender, records, record, now}: PushChannelParts): PushChannel {
  const inTurn = createInTurn()
  let isClosed = false

  async function push(to: PushTo, pushes: readonly Push[]): Promise<void> {
    const asked = to.channelIds.flatMap((channelId) =>
      pushes.map((one) => inTurn(channelId, () => ask(to, channelId, one))),
    )
    await Promise.all(asked)
  }

  async function ask({userId, conversationId}: PushTo, channelId: string, one: Push): Promise<void> {
    const channel = isClosed ? undefined : records.channel(channelId)
    if (!channel?.isActive) return
    const at = now()
    const sent = await sendTo(channel.token, one)
    if (isClosed) return
    if (sent.ok) {
      const {carries, messageIds} = one
      const ids = {userId, conversationId, messageIds: [...messageIds], channelId, pushId: sent.messageId}
      return record({kind: 'pushed', at, acceptedAt: now(), carries, ...ids})
    }
    if (sent.why === 'gone') records.closeChannel(channelId)
    record({kind: 'refused', at: now(), where: 'push', code: sent.code, userId})
  }

  const sendTo = (token: string, {data}: Push): Promise<PushSent> =>
    sender.send(token, data).catch((): PushSent => ({ok: false, why: 'failed', code: 'send-threw'}))

  return {
    reaching: (userId) => records.channels(userId).flatMap(({id, isActive}) => (isActive ? [id] : [])),
    push,
    close() {
      isClosed = true
      return sender.close()
    },
  }
}
