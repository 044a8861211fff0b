/**
 * Takes out of a captured text what would let somebody in: bearers, socket and resume tokens, registrations and keys of
 * push. Knows them by their look, by the name they stand under, or by being long and random. Pure. Rule TG23.
 */

export const redacted = (token: string): string => `<token of ${token.length} characters>`

/** Standing under one of these names it is a secret whatever it looks like: JSON at any depth of quoting, headers, queries. */
const NAMES = [
  'access_token',
  'android_id',
  'auth',
  'authorization',
  'auth_token',
  'authToken',
  'bearer',
  'conduit_token',
  'cookie',
  'endpoint',
  'fid',
  'openai-sentinel-[\\w-]+',
  'p256dh',
  'prepare_token',
  'refreshToken',
  'registration_token',
  'secret',
  'security_token',
  'so_token',
  'token',
  'verify',
  'x-conduit-token',
  'x-goog-api-key',
  'x-goog-firebase-installations-auth',
]

/** What may stand in a token. */
const WORD = '[\\w.~+/=:-]'
const NAMED = new RegExp(
  // The quotes around a name are written \" where the JSON is text inside JSON, \\\" one deeper.
  `(?<![\\w-])((?:${NAMES.join('|')})\\\\*["']?\\s*[:=]\\s*\\\\*["']?(?:(?:Bearer|FIS|FIS_v2|WebPush|vapid|AidLogin)\\s+)?)(${WORD}+)`,
  'gi',
)
const AFTER_SCHEME = new RegExp(`\\b((?:Bearer|FIS|FIS_v2|AidLogin)\\s+)(${WORD}{8,})`, 'g')
/** Of registrations, of the socket's address, JWTs, and installations (22 characters of which the first is c, d, e or f). */
const LOOKS = [
  /(?<![\w-])[\w-]{20,}:APA91b[\w-]+/g,
  /(?<![\w-])eyJ[\w-]+(?:\.[\w-]*){1,4}/g,
  /(?<![\w-])\d{1,12}-[\da-f]{64,}(?![\w-])/g,
  /(?<=\/(?:fcm\/send|wpush\/v\d|push)\/)[\w:-]{20,}/g,
  /(?<![\w-])[cdef](?=[\w-]*[A-Z])[\w-]{21}(?![\w-])/g,
]
/** The shortest that is taken to be random: 40 characters of base64url are 240 bits. */
const RANDOM = /(?<![\w+/=-])[\w+/=-]{40,}(?![\w+/=-])/g

/** The same for what has none; a text that was redacted stays as it is. */
export function redactTokens(text: string): string {
  const named = text
    .replaceAll(AFTER_SCHEME, (_, head: string, token: string) => head + redacted(token))
    .replaceAll(NAMED, (whole, head: string, token: string) =>
      isPlain(token) ? whole : head + redacted(token),
    )
  const looked = LOOKS.reduce((said, look) => said.replaceAll(look, redacted), named)
  return looked.replaceAll(RANDOM, (run) => (isRandom(run) ? redacted(run) : run))
}

/** What JSON has without quotes. */
const isPlain = (word: string): boolean => /^(?:null|true|false|none|no-token)$/.test(word)

/** Capitals, small letters and digits mixed; a path or a sentence joined by signs is not, and a list of uuids is not. */
const isRandom = (run: string): boolean => /[A-Z]/.test(run) && /[a-z]/.test(run) && /\d/.test(run)
