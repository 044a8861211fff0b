/** `GET /api/tabwitness/push`: what the page asks its token with; 404 where the servers have no push. Invented; harness only. */
import * as v from 'valibot'
import {decode} from '../decode.ts'

export const PUSH_PAGE_CONFIG_PATH = '/api/tabwitness/push'

const firebaseConfig = v.record(v.string(), v.string())

export const pushPageConfig = v.object({
  firebaseConfig,
  vapidKey: v.pipe(v.string(), v.nonEmpty()),
})
export type PushPageConfig = v.InferOutput<typeof pushPageConfig>

/** As the page writes it into the worker's address. Throws {@link ProtocolError}. */
export const readFirebaseConfig = (text: string): v.InferOutput<typeof firebaseConfig> =>
  decode(firebaseConfig, text)
