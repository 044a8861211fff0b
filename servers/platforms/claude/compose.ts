/** Claude.ai's half of the servers: stores, channel and routes, behind one listener. */
import {randomUUIDv7} from 'node:crypto'
import type {LedgerEvent} from '#protocol/ledger-event.ts'
import type {Accounts} from '../../accounts/accounts.ts'
import type {Limits} from '../../accounts/limits.ts'
import {ConversationStore} from '../../conversation/conversation-store.ts'
import {createPublisher} from '../../conversation/publisher.ts'
import type {PushPageConfig, PushSender} from '../../fcm/push-sender.ts'
import type {StreamLog} from '../../log/stream-log.ts'
import {isOwnName, type LoopbackListener} from '../../loopback-listener.ts'
import type {Strain} from '../../strain.ts'
import type {Scheduler} from '../../tasks/scheduler.ts'
import {createTasks} from '../../tasks/tasks.ts'
import type {ComposedPlatform} from '../composed-platform.ts'
import type {OnRefusal} from '../http-refusal.ts'
import {createChannel} from './channel.ts'
import {createChannelLog} from './channel-log.ts'
import {createClaude} from './claude.ts'
import {sendFromElsewhere} from './elsewhere.ts'
import {createPushChannel} from './push-channel.ts'
import {ClaudeRecords} from './records.ts'

export type ClaudeChoices = {
  readonly accounts: Accounts
  /** A file, or `:memory:`. */
  readonly store: string
  readonly log: StreamLog
  readonly strain: Readonly<Strain>
  readonly scheduler: Pick<Scheduler, 'plan'>
  readonly limits: Limits
  /** Null pushes nothing. */
  readonly push: {readonly sender: PushSender; readonly page: PushPageConfig} | null
  readonly pageFolder: string | null
  readonly record: (event: LedgerEvent) => void
  readonly now: () => number
  readonly wallMs: () => number
  readonly onRefusal: OnRefusal
}

export function composeClaude(listener: LoopbackListener, choices: ClaudeChoices): ComposedPlatform {
  const {accounts, store: file, strain, pageFolder, record, now, wallMs, onRefusal} = choices
  const store = new ConversationStore(file)
  const records = new ClaudeRecords(file)
  const channelLog = createChannelLog(choices.log)
  const push = choices.push && createPushChannel({sender: choices.push.sender, records, record, now})
  const channel = createChannel({
    log: channelLog,
    push,
    store,
    records,
    record,
    now,
    begunAtMs: wallMs(),
  })
  const publisher = createPublisher({record, announce: channel.announce, now})
  const newMessageId = () => randomUUIDv7()
  const tasks = createTasks({
    store,
    publisher,
    scheduler: choices.scheduler,
    newMessageId,
    showsBegun: false,
  })
  const {app, turns, approvals} = createClaude({
    accounts,
    store,
    records,
    publisher,
    channelLog,
    channel,
    tasks,
    limits: choices.limits,
    strain,
    isServed: isOwnName(listener),
    pageFolder,
    push: choices.push && choices.push.page,
    record,
    now,
    wallMs,
    onRefusal,
  })
  listener.server.on('request', app)
  return {
    store,
    publisher,
    recent: turns.recent,
    tasks,
    sendFromElsewhere: sendFromElsewhere(turns),
    askApproval: approvals.ask,
    newMessageId,
    // Nothing is streamed but to who asked.
    isHandedOff: () => false,
    forget(userId) {
      records.removeUser(userId)
      approvals.forgetUser(userId)
    },
    async closeTurns() {
      turns.recent.close()
      await channel.close()
    },
    async closeStores() {
      records.close()
      store.close()
    },
  }
}
