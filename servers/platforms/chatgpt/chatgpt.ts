/** The platform `chatgpt`: its routes put together from the parts. Does not listen, and knows the channel only by its URL. */
import express, {type Express} from 'express'
import type {LedgerEvent} from '#protocol/ledger-event.ts'
import type {Accounts} from '../../accounts/accounts.ts'
import type {Limits} from '../../accounts/limits.ts'
import type {User} from '../../accounts/user.ts'
import type {ConversationStore} from '../../conversation/conversation-store.ts'
import type {Publisher} from '../../conversation/publisher.ts'
import type {Strain} from '../../strain.ts'
import type {Tasks} from '../../tasks/tasks.ts'
import {bookOfAsked} from '../asked.ts'
import {guard, personOf as createPersonOf, type ServedHost} from '../guard.ts'
import {answerErrors, HttpRefusal, type OnRefusal} from '../http-refusal.ts'
import {pageRoutes, sessionRoutes} from '../page-routes.ts'
import {answerSlowly, refuseOverload} from '../strained.ts'
import {askedWords} from './asked-words.ts'
import {createConduitTokens} from './conduit-token.ts'
import {conversationRoutes} from './conversation-routes.ts'
import {createReads} from './reads.ts'
import {chatgptErrors, nobody, overloaded} from './refusals.ts'
import {createSentinel} from './sentinel-routes.ts'
import {taskRoutes} from './task-routes.ts'
import {turnRoutes} from './turn-routes.ts'
import {Turns} from './turns.ts'

const MAX_BODY = '256kb'

export type ChatgptParts = {
  readonly accounts: Accounts
  readonly store: ConversationStore
  readonly publisher: Publisher
  readonly tasks: Tasks
  readonly limits: Limits
  readonly secret: string
  readonly strain: Readonly<Strain>
  readonly isServed: ServedHost
  readonly socketUrl: (user: User, host: string) => string
  readonly pageFolder: string | null
  readonly record: (event: LedgerEvent) => void
  /** Milliseconds of CLOCK_MONOTONIC. */
  readonly now: () => number
  readonly wallMs: () => number
  readonly onRefusal: OnRefusal
}

export function createChatgpt(parts: ChatgptParts): {readonly app: Express; readonly turns: Turns} {
  const {accounts, store, publisher, tasks, secret, strain, record, now, wallMs} = parts
  const personOf = createPersonOf(accounts, nobody)
  const conduits = createConduitTokens(secret, wallMs)
  const sentinel = createSentinel(secret, personOf, wallMs)
  const turns = new Turns({store, publisher, conduits, limits: parts.limits, wallMs})

  const app = express()
  app.disable('x-powered-by').disable('etag')
  app.use(guard(parts.isServed))
  app.use('/backend-api', bookOfAsked({accounts, words: askedWords, record, now}))
  app.use('/backend-api', refuseOverload(strain, overloaded))
  app.use('/backend-api', express.text({type: () => true, limit: MAX_BODY}), answerSlowly(strain))
  app.use('/backend-api/sentinel/chat-requirements', sentinel.router)
  app.use('/backend-api', turnRoutes({store, turns, tasks, conduits, sentinel, personOf}))
  app.use(
    '/backend-api',
    conversationRoutes({
      store,
      publisher,
      tasks,
      reads: createReads(store, wallMs),
      personOf,
      stopTurns: (conversationId) => turns.recent.stop(conversationId),
      socketUrl: parts.socketUrl,
    }),
  )
  app.use('/backend-api', taskRoutes({store, tasks, personOf}))
  app.use(
    '/api',
    sessionRoutes(accounts, ({accountId}) => ({account: {id: accountId}})),
  )
  if (parts.pageFolder !== null) app.use(pageRoutes(parts.pageFolder, 'index.html', ['/', '/c/:id']))
  app.use(() => {
    throw new HttpRefusal(404, 'Not Found')
  })
  app.use(answerErrors(chatgptErrors, parts.onRefusal))
  return {app, turns}
}
