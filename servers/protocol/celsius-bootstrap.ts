/** `GET /backend-api/celsius/ws/user`: where the user's socket is. Observed: this one field and no other. Rule CE1. */
import * as v from 'valibot'

export const CELSIUS_BOOTSTRAP_PATH = '/backend-api/celsius/ws/user'

export const celsiusBootstrap = v.object({websocket_url: v.pipe(v.string(), v.url())})
export type CelsiusBootstrap = v.InferOutput<typeof celsiusBootstrap>
