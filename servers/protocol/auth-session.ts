/** What `/api/auth/session` says of who is signed in: here only the bearer. Observed of ChatGPT; `?as=` is invented. */
import * as v from 'valibot'
import {decode} from './decode.ts'

const authSession = v.object({accessToken: v.pipe(v.string(), v.nonEmpty())})

/** Throws {@link ProtocolError}. */
export const readBearer = (text: string): string => decode(authSession, text).accessToken
