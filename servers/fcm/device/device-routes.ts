/** The two calls by which a browser becomes a device: mounted where `android.clients.google.com` is answered. Rules CI1–CI10. */
import express, {type Router} from 'express'
import type {PushEvent} from '#protocol/push-event.ts'
import type {PushStore} from '../core/push-store.ts'
import type {PushCore} from '../push-core.ts'
import {checkIn, encodeCheckin, readCheckin} from './checkin.ts'
import {register3} from './register3.ts'

export type DeviceRouteParts = {
  readonly core: PushCore
  readonly store: PushStore
  readonly record: (event: PushEvent) => void
  readonly now: () => number
  readonly wallMs: () => number
}

const MAX_BODY = '64kb'

export function deviceRoutes({core, store, record, now, wallMs}: DeviceRouteParts): Router {
  const refused = (where: string, code: string) => record({kind: 'push-refused', at: now(), where, code})
  const router = express.Router()

  router.post('/checkin', express.raw({type: () => true, limit: MAX_BODY}), (request, response) => {
    const body: unknown = request.body
    const asked = body instanceof Uint8Array ? readOrNothing(body) : undefined
    if (asked === undefined) {
      refused('checkin', 'malformed')
      response.status(400).end()
      return
    }
    response.type('application/x-protobuf').send(Buffer.from(encodeCheckin(checkIn(asked, store), wallMs())))
  })

  router.post('/c2dm/register3', express.text({type: () => true, limit: MAX_BODY}), (request, response) => {
    const body: unknown = request.body
    const answer = register3(request.get('authorization'), typeof body === 'string' ? body : '', {
      core,
      store,
    })
    if (!answer.ok) refused('register3', answer.error)
    response.type('text/plain').send(answer.ok ? answer.text : `Error=${answer.error}`)
  })

  return router
}

function readOrNothing(body: Uint8Array) {
  try {
    return readCheckin(body)
  } catch {
    return undefined
  }
}
