/** The platform `claude`: its routes put together from the parts. Does not listen, and knows push only by what the page is told. */
import express, {Router, type Express} from 'express'
import type {LedgerEvent} from '#protocol/ledger-event.ts'
import type {Accounts} from '../../accounts/accounts.ts'
import type {Limits} from '../../accounts/limits.ts'
import type {ConversationStore} from '../../conversation/conversation-store.ts'
import type {Publisher} from '../../conversation/publisher.ts'
import type {PushPageConfig} from '../../fcm/push-sender.ts'
import type {Strain} from '../../strain.ts'
import type {Tasks} from '../../tasks/tasks.ts'
import {bookOfAsked} from '../asked.ts'
import {guard, personOf, type ServedHost} from '../guard.ts'
import {answerErrors, HttpRefusal, type OnRefusal} from '../http-refusal.ts'
import {pageRoutes, sessionRoutes} from '../page-routes.ts'
import {answerSlowly, refuseOverload} from '../strained.ts'
import {approvalRoutes} from './approval-routes.ts'
import {createApprovals, type Approvals} from './approvals.ts'
import {askedWords} from './asked-words.ts'
import type {ChannelLog} from './channel-log.ts'
import type {Channel} from './channel.ts'
import {channelRoutes} from './channel-routes.ts'
import {conversationRoutes} from './conversation-routes.ts'
import {createMember} from './member.ts'
import {notificationRoutes} from './notification-routes.ts'
import {pushConfigRoutes, serviceWorkerRoutes} from './push-routes.ts'
import {createReads} from './reads.ts'
import type {ClaudeRecords} from './records.ts'
import {claudeErrors, nobody, overloaded} from './refusals.ts'
import {taskRoutes} from './task-routes.ts'
import {turnRoutes} from './turn-routes.ts'
import {Turns} from './turns.ts'

const MAX_BODY = '256kb'
const PAGE = 'claude.html'
const ADDRESSES = ['/', '/new', '/chat/:id']

export type ClaudeParts = {
  readonly accounts: Accounts
  readonly store: ConversationStore
  readonly records: ClaudeRecords
  readonly publisher: Publisher
  readonly channelLog: ChannelLog
  readonly channel: Channel
  readonly tasks: Tasks
  readonly limits: Limits
  readonly strain: Readonly<Strain>
  readonly isServed: ServedHost
  readonly pageFolder: string | null
  /** Null where nothing is pushed. */
  readonly push: PushPageConfig | null
  readonly record: (event: LedgerEvent) => void
  /** Milliseconds of CLOCK_MONOTONIC. */
  readonly now: () => number
  readonly wallMs: () => number
  readonly onRefusal: OnRefusal
}

export type Claude = {readonly app: Express; readonly turns: Turns; readonly approvals: Approvals}

export function createClaude(parts: ClaudeParts): Claude {
  const {
    accounts,
    store,
    records,
    publisher,
    channelLog: log,
    channel,
    tasks,
    strain,
    record,
    now,
    wallMs,
  } = parts
  const member = createMember(personOf(accounts, nobody), store)
  const reads = createReads(store, records, wallMs)
  const turns = new Turns({store, records, publisher, limits: parts.limits, wallMs})
  const approvals = createApprovals(turns.recent, publisher)

  const organization = Router({mergeParams: true})
  organization.use(bookOfAsked({accounts, words: askedWords, record, now}))
  organization.use(refuseOverload(strain, overloaded))
  organization.use(express.text({type: () => true, limit: MAX_BODY}), answerSlowly(strain))
  organization.use(conversationRoutes({store, records, publisher, member, reads, turns, tasks, approvals}))
  organization.use(turnRoutes({store, member, turns}))
  organization.use(taskRoutes(tasks, member))
  organization.use(approvalRoutes(approvals, member))
  organization.use(notificationRoutes(records, member))
  organization.use(channelRoutes({log, channel, records, member}))

  const app = express()
  app.disable('x-powered-by').disable('etag')
  app.use(guard(parts.isServed))
  app.use('/api/organizations/:org', organization)
  app.use(
    '/api',
    sessionRoutes(accounts, ({organizationId}) => ({organization: {uuid: organizationId}})),
  )
  app.use(pushConfigRoutes(parts.push))
  if (parts.pageFolder !== null) {
    app.use(serviceWorkerRoutes(parts.pageFolder))
    app.use(pageRoutes(parts.pageFolder, PAGE, ADDRESSES))
  }
  app.use(() => {
    throw new HttpRefusal(404, 'Not Found')
  })
  app.use(answerErrors(claudeErrors, parts.onRefusal))
  return {app, turns, approvals}
}
