/** The installation's auth token: a JWT that says which installation of which project calls. HS256 with the store's secret; Google's are ES256. Rules FB11, FB12. */
import {jwtVerify, SignJWT} from 'jose'

/** As the real ones: 7 days. */
export const FIS_TOKEN_SECONDS = 604_800

export type Installed = {readonly projectId: string; readonly fid: string; readonly senderId: string}

export type FisTokens = {
  make(installed: Installed): Promise<string>
  /** Null for a token that is not ours, is forged or has expired. */
  read(token: string): Promise<Installed | null>
}

export function createFisTokens(secret: Uint8Array, nowMs: () => number): FisTokens {
  return {
    make({projectId, fid, senderId}) {
      const nowS = Math.floor(nowMs() / 1_000)
      return new SignJWT({fid, projectNumber: senderId, projectId})
        .setProtectedHeader({alg: 'HS256', typ: 'JWT'})
        .setIssuedAt(nowS)
        .setExpirationTime(nowS + FIS_TOKEN_SECONDS)
        .sign(secret)
    },
    async read(token) {
      try {
        const {payload} = await jwtVerify(token, secret, {
          algorithms: ['HS256'],
          currentDate: new Date(nowMs()),
        })
        return {
          projectId: String(payload['projectId']),
          fid: String(payload['fid']),
          senderId: String(payload['projectNumber']),
        }
      } catch {
        return null
      }
    },
  }
}
