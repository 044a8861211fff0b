/**
 * The application's side of the push back end as one handler of requests. Routes by path, whatever host is named: the
 * paths of Google's and Mozilla's services differ. Does not listen. Rules FB5, FB6.
 */
import express, {type Express, type RequestHandler} from 'express'
import type {PushEvent} from '#protocol/push-event.ts'
import type {PushCore} from '../push-core.ts'
import {cors} from './call.ts'
import type {FailingSends} from './failing-sends.ts'
import {createFisTokens} from './fis-token.ts'
import {answerErrors, notFound, sendRefusal} from './google-refusal.ts'
import {installationRoutes} from './installation-routes.ts'
import {registrationRoutes} from './registration-routes.ts'
import type {Registrations} from './registrations.ts'
import {sendRoutes} from './send-routes.ts'
import {createSender} from './sender.ts'
import {webPushRoutes} from './web-push-routes.ts'

export type ApiParts = {
  readonly registrations: Registrations
  readonly core: PushCore
  readonly failing: FailingSends
  /** Check-in and register3, which browsers reach at the same port. */
  readonly deviceRoutes: RequestHandler
  readonly wasGivenOut: (endpointToken: string) => boolean
  /** For the installations' tokens. */
  readonly secret: Uint8Array
  readonly record: (event: PushEvent) => void
  readonly nowMs: () => number
  readonly monotonicMs: () => number
}

const MAX_BODY = '256kb'

export function createApi(parts: ApiParts): Express {
  const {registrations, core, failing, record, nowMs, monotonicMs} = parts
  const fisTokens = createFisTokens(parts.secret, nowMs)
  const sender = createSender({registrations, core, record, monotonicMs})

  const app = express()
  app.disable('x-powered-by').disable('etag')
  app.use(cors)
  app.use(parts.deviceRoutes)
  app.use(webPushRoutes({core, wasGivenOut: parts.wasGivenOut, record, nowMs, monotonicMs}))
  app.use(express.text({type: () => true, limit: MAX_BODY}))
  app.use(sendRoutes({registrations, sender, failing}))
  app.use(registrationRoutes({registrations, fisTokens, core}))
  app.use(installationRoutes({registrations, fisTokens}))
  // Nobody's business here, such as what browsers ask Google beside push; not in the ledger.
  app.use((_req, res) => sendRefusal(res, notFound()))
  app.use(answerErrors((where, code) => record({kind: 'push-refused', at: monotonicMs(), where, code})))
  return app
}
