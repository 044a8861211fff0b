/** The conduit token: handed out by prepare, sent verbatim as `x-conduit-token` by the POST (observed). Rules TU3–TU4. */
import * as v from 'valibot'

export const CONDUIT_HEADER = 'x-conduit-token'
/** What a page sends before it has one (observed). */
export const NO_CONDUIT_TOKEN = 'no-token'

export const prepareReply = v.object({
  status: v.literal('ok'),
  conduit_token: v.pipe(v.string(), v.nonEmpty()),
})
export type PrepareReply = v.InferOutput<typeof prepareReply>
