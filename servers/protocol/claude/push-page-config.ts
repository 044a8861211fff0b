/** `GET /api/tabwitness/push`: what the page asks its token with; 404 where the servers have no push. Invented; harness only. */
import * as v from 'valibot'

export const PUSH_PAGE_CONFIG_PATH = '/api/tabwitness/push'

export const pushPageConfig = v.object({
  firebaseConfig: v.record(v.string(), v.string()),
  vapidKey: v.pipe(v.string(), v.nonEmpty()),
})
export type PushPageConfig = v.InferOutput<typeof pushPageConfig>
