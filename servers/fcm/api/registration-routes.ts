/** FCM registrations of web pages: create, refresh, delete. The one who calls is told by the installation's token. Rules FB20–FB27. */
import {Router, type Request} from 'express'
import {read} from '#protocol/fcm/issue.ts'
import {
  DEFAULT_VAPID_KEY,
  registrationRequest,
  type RegistrationReply,
  type RegistrationRequest,
} from '#protocol/fcm/registration.ts'
import type {PushCore} from '../push-core.ts'
import {bodyOf, needsApiKey, segment} from './call.ts'
import {endpointTokenOf} from './endpoint.ts'
import type {FisTokens, Installed} from './fis-token.ts'
import {badRequest, notFound, permissionDenied, unauthenticated, valueOf} from './google-refusal.ts'
import type {Registration, Registrations} from './registrations.ts'

export type RegistrationParts = {
  readonly registrations: Registrations
  readonly fisTokens: FisTokens
  readonly core: Pick<PushCore, 'subscription'>
}

const FIS_HEADER = 'x-goog-firebase-installations-auth'

export function registrationRoutes({registrations, fisTokens, core}: RegistrationParts): Router {
  const router = Router()

  /** The installation that calls, for the project of the path. */
  async function caller(req: Request): Promise<Installed> {
    needsApiKey(req)
    const token = /^FIS (\S+)$/.exec(req.get(FIS_HEADER) ?? '')?.[1]
    const installed = token === undefined ? null : await fisTokens.read(token)
    if (!installed || !registrations.installation(installed.projectId, installed.fid))
      throw unauthenticated('Request had invalid authentication credentials.')
    if (installed.projectId !== segment(req, 'project'))
      throw permissionDenied('The installation belongs to another project.')
    return installed
  }

  /** Only a subscription that this back end gave out, to that very page, for that very key. */
  function checked(
    {web}: RegistrationRequest,
    installed: Installed,
    calledFrom: string | undefined,
  ): Omit<Registration, 'token'> {
    const endpointToken = endpointTokenOf(web.endpoint)
    const subscription = endpointToken === null ? undefined : core.subscription(endpointToken)
    if (!subscription) throw badRequest({field: 'web.endpoint', description: 'Unknown push endpoint'})
    const key = web.applicationPubKey ?? DEFAULT_VAPID_KEY
    if (subscription.vapidKey !== null && subscription.vapidKey !== key)
      throw badRequest({field: 'web.application_pub_key', description: 'Not the key of the subscription'})
    const {origin} = subscription
    if (web.origin !== undefined && origin !== null && hostOf(origin) !== hostOf(web.origin))
      throw badRequest({field: 'web.origin', description: 'Not the origin of the subscription'})
    const {projectId, senderId, fid} = installed
    return {
      projectId,
      senderId,
      fid,
      origin: fullOrigin(web.origin, calledFrom),
      endpointToken: subscription.endpointToken,
      auth: web.auth,
      p256dh: web.p256dh,
    }
  }

  const reply = ({projectId, fid, token}: Registration, {web}: RegistrationRequest): RegistrationReply => ({
    name: `projects/${projectId}/registrations/${fid}`,
    token,
    web,
  })

  /** By token, or by the installation's id as register() names it; only the caller's own. */
  async function own(
    req: Request,
  ): Promise<{readonly installed: Installed; readonly found: Registration | undefined}> {
    const installed = await caller(req)
    const id = segment(req, 'id')
    const found = registrations.byToken(id) ?? registrations.byFid(installed.projectId, id)
    if (found && found.fid !== installed.fid)
      throw permissionDenied('The registration is another installation’s.')
    return {installed, found}
  }

  router.post('/v1/projects/:project/registrations', async (req, res) => {
    const installed = await caller(req)
    const request = valueOf(read(registrationRequest, bodyOf(req)), badRequest)
    res.json(reply(registrations.register(checked(request, installed, req.get('origin'))), request))
  })

  router.patch('/v1/projects/:project/registrations/:id', async (req, res) => {
    const {installed, found} = await own(req)
    const request = valueOf(read(registrationRequest, bodyOf(req)), badRequest)
    if (!found) throw notFound()
    res.json(
      reply(registrations.refresh(found.token, checked(request, installed, req.get('origin'))), request),
    )
  })

  router.delete('/v1/projects/:project/registrations/:id', async (req, res) => {
    const {found} = await own(req)
    if (!found) throw notFound()
    registrations.remove(found.token)
    // The SDK reads the answer as JSON.
    res.json({})
  })

  return router
}

/** The SDK gives the host alone; an origin is accepted too. */
const hostOf = (origin: string): string => (URL.canParse(origin) && new URL(origin).host) || origin

/** The browser's own header knows the scheme that the SDK leaves out; a host that it does not confirm stays a host. */
const fullOrigin = (asked = '', calledFrom = ''): string =>
  URL.canParse(calledFrom) && new URL(calledFrom).host === hostOf(asked) ? calledFrom : asked
