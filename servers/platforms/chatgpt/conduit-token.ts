/** Conduit tokens: `prepare` gives one, a turn's answer another, with which it is resumed. Claims as seen (one source). Rules TU3–TU4, RS4, RS6. */
import {readToken, signToken} from './signed-token.ts'

/** Observed: pages keep them for four hours. */
const LIFE_S = 4 * 60 * 60

export type ConduitTokens = {
  /** `uuid` names what the token is for: a turn, or nothing in particular yet. */
  readonly make: (userId: string, uuid: string) => string
  /** What the token is for; null when it is not this person's, or no token of ours. */
  readonly read: (userId: string, token: string) => string | null
}

export function createConduitTokens(secret: string, wallMs: () => number): ConduitTokens {
  const nowS = () => Math.floor(wallMs() / 1_000)
  return {
    make: (userId, uuid) =>
      signToken(secret, {
        kind: 'conduit',
        sub: userId,
        conduit_uuid: uuid,
        conduit_location: '127.0.0.1',
        cluster: 'tabwitness',
        iat: nowS(),
        exp: nowS() + LIFE_S,
      }),
    read(userId, token) {
      const claims = readToken(secret, token, {kind: 'conduit', userId, nowS: nowS()})
      return claims ? String(claims['conduit_uuid']) : null
    },
  }
}
