/** Claude.ai's half of the servers: stores, push and routes, behind one listener. */
import {randomUUIDv7} from 'node:crypto'
import type {LedgerEvent} from '#protocol/ledger-event.ts'
import type {Accounts} from '../../accounts/accounts.ts'
import {ConversationStore} from '../../conversation/conversation-store.ts'
import {createPublisher} from '../../conversation/publisher.ts'
import type {PushPageConfig, PushSender} from '../../fcm/push-sender.ts'
import {isOwnName, type LoopbackListener} from '../../loopback-listener.ts'
import type {ComposedPlatform} from '../composed-platform.ts'
import {createClaude} from './claude.ts'
import {createPushChannel} from './push-channel.ts'
import {ClaudeRecords} from './records.ts'

export type ClaudeChoices = {
  readonly accounts: Accounts
  /** A file, or `:memory:`. */
  readonly store: string
  /** Null pushes nothing. */
  readonly push: {readonly sender: PushSender; readonly page: PushPageConfig} | null
  readonly pageFolder: string | null
  readonly record: (event: LedgerEvent) => void
  readonly now: () => number
  readonly wallMs: () => number
  readonly onRefusal: (where: string, code: string) => void
}

export function composeClaude(
  {server, port}: LoopbackListener,
  {accounts, store: file, push, pageFolder, record, now, wallMs, onRefusal}: ClaudeChoices,
): ComposedPlatform {
  const store = new ConversationStore(file)
  const records = new ClaudeRecords(file)
  const channel = push && createPushChannel({sender: push.sender, store, records, record, now})
  const publisher = createPublisher({
    record,
    announce: async (user, event) => channel?.announce(user, event),
    now,
  })
  const {app, turns} = createClaude({
    accounts,
    store,
    records,
    publisher,
    isServed: isOwnName(port),
    pageFolder,
    push: push && push.page,
    wallMs,
    onRefusal,
  })
  server.on('request', app)
  return {
    store,
    publisher,
    recent: turns.recent,
    newMessageId: () => randomUUIDv7(),
    forget: (userId) => records.removeUser(userId),
    async closeTurns() {
      turns.recent.close()
      await channel?.close()
    },
    async closeStores() {
      records.close()
      store.close()
    },
  }
}
