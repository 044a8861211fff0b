/** What an endpoint token for an MCS device says of its subscription. Invented; pages and senders take it as opaque. Rule PU2. */
import * as v from 'valibot'

/** deviceId, app, subtype, VAPID key, nonce. */
export const sealedSubscription = v.strictTuple([
  v.string(),
  v.string(),
  v.string(),
  v.nullable(v.string()),
  v.string(),
])
