/** Firebase Installations. Asynchronous only where a token is signed. Rules FB10–FB14. */
import {randomBytes} from 'node:crypto'
import {Router} from 'express'
import {
  createInstallationRequest,
  FID,
  generateAuthTokenRequest,
  type AuthTokenReply,
  type CreateInstallationReply,
} from '#protocol/fcm/installation.ts'
import {read} from '#protocol/fcm/issue.ts'
import {bodyOf, needsApiKey, segment} from './call.ts'
import {FIS_TOKEN_SECONDS, type FisTokens, type Installed} from './fis-token.ts'
import {badRequest, notFound, unauthenticated, valueOf} from './google-refusal.ts'
import type {Registrations} from './registrations.ts'

export type InstallationParts = {readonly registrations: Registrations; readonly fisTokens: FisTokens}

const REFRESH = /^FIS_v2 (\S{1,500})$/
/** `1:<project number>:web:<hash>`; an app id of another shape has no number to tell. */
const PROJECT_NUMBER = /^\d+:(\d+):/

export function installationRoutes({registrations, fisTokens}: InstallationParts): Router {
  const router = Router()

  const authToken = async (installed: Installed): Promise<AuthTokenReply> => ({
    token: await fisTokens.make(installed),
    expiresIn: `${FIS_TOKEN_SECONDS}s`,
  })

  router.post('/v1/projects/:project/installations', async (req, res) => {
    needsApiKey(req)
    const {fid: asked, appId} = valueOf(read(createInstallationRequest, bodyOf(req)), badRequest)
    const projectId = segment(req, 'project')
    const fid = asked !== undefined && FID.test(asked) ? asked : newFid()
    const senderId = PROJECT_NUMBER.exec(appId)?.[1] ?? '0'
    const refreshToken = registrations.install({projectId, fid, senderId})
    res.json({
      name: `projects/${projectId}/installations/${fid}`,
      fid,
      refreshToken,
      authToken: await authToken({projectId, fid, senderId}),
    } satisfies CreateInstallationReply)
  })

  router.post('/v1/projects/:project/installations/:fid/authTokens\\:generate', async (req, res) => {
    needsApiKey(req)
    valueOf(read(generateAuthTokenRequest, bodyOf(req) || '{}'), badRequest)
    const projectId = segment(req, 'project')
    const fid = segment(req, 'fid')
    if (!registrations.installation(projectId, fid)) throw notFound()
    const refreshToken = REFRESH.exec(req.get('authorization') ?? '')?.[1]
    const installed = refreshToken && registrations.refreshing(projectId, fid, refreshToken)
    if (!installed) throw unauthenticated('The refresh token is not the installation’s.')
    res.json(await authToken(installed))
  })

  router.delete('/v1/projects/:project/installations/:fid', (req, res) => {
    needsApiKey(req)
    const projectId = segment(req, 'project')
    const fid = segment(req, 'fid')
    const refreshToken = REFRESH.exec(req.get('authorization') ?? '')?.[1]
    if (!registrations.installation(projectId, fid)) throw notFound()
    if (!refreshToken || !registrations.refreshing(projectId, fid, refreshToken))
      throw unauthenticated('The refresh token is not the installation’s.')
    registrations.uninstall(projectId, fid)
    res.json({})
  })

  return router
}

/** As the SDK makes them: 17 random bytes behind the bits 0111, of which 22 characters count. */
function newFid(): string {
  const bytes = randomBytes(17)
  bytes[0] = 0b0111_0000 | ((bytes[0] ?? 0) & 0b1111)
  return bytes.toString('base64url').slice(0, 22)
}
