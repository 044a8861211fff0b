/** The URLs under which subscriptions are reached, and the endpoint token in them. Pure. Rules FB21, FB60. */

/** Chromium's builds say `jmt17.google.com` or `fcm.googleapis.com` (observed: Debian's 156 the first). */
const FCM_HOSTS = ['fcm.googleapis.com', 'jmt17.google.com', 'android.googleapis.com']
const AUTOPUSH_HOSTS = ['updates.push.services.mozilla.com']

const FCM_PATH = /^\/(?:fcm\/send|wp)\/([\w:.-]{1,1000})$/
const AUTOPUSH_PATH = /^\/wpush\/v\d\/([\w:.-]{1,1000})$/

/** The token that an endpoint of ours names; null for anybody else's. */
export function endpointTokenOf(endpoint: string): string | null {
  if (!URL.canParse(endpoint)) return null
  const {protocol, hostname, port, pathname} = new URL(endpoint)
  if (protocol !== 'https:' || port !== '') return null
  if (FCM_HOSTS.includes(hostname)) return FCM_PATH.exec(pathname)?.[1] ?? null
  if (AUTOPUSH_HOSTS.includes(hostname)) return AUTOPUSH_PATH.exec(pathname)?.[1] ?? null
  return null
}

/** What a VAPID token's `aud` may say: where the endpoints of ours are, and never where else the request came in. */
export const PUSH_ORIGINS: readonly string[] = [...FCM_HOSTS, ...AUTOPUSH_HOSTS].map(
  (host) => `https://${host}`,
)
