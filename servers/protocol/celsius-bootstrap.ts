/** `GET /backend-api/celsius/ws/user`: where the user's socket is. Observed: this one field and no other. Rule CE1. */
import * as v from 'valibot'

export const CELSIUS_BOOTSTRAP_PATH = '/backend-api/celsius/ws/user'

/** How long a page keeps the URL (observed, vendor client code). */
export const SOCKET_URL_CACHED_MS = 1_500_000

export const celsiusBootstrap = v.object({websocket_url: v.pipe(v.string(), v.url())})
export type CelsiusBootstrap = v.InferOutput<typeof celsiusBootstrap>
