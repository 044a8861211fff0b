/** Tokens as the servers make them, in every place in which the protocols can carry one. */
import {randomBytes} from 'node:crypto'
import fc from 'fast-check'
import {describe, expect, test} from 'vitest'
import {makeVerify} from '../../servers/celsius/verify-token.ts'
import {createConduitTokens} from '../../servers/platforms/chatgpt/conduit-token.ts'
import {redacted, redactTokens} from './redact-tokens.ts'

// Real tokens are random: numbers that are small more often than by chance would make others of them.
const bytes = (length: number) => fc.noBias(fc.uint8Array({minLength: length, maxLength: length}))
const base64url = (length: number) => bytes(length).map((drawn) => Buffer.from(drawn).toString('base64url'))
const uuid = fc.uuid()

/** An installation's id: 17 bytes of which the first four bits are 0111, 22 characters. */
const fid = bytes(17).map((drawn) => {
  const copy = Uint8Array.from(drawn)
  copy[0] = 0b0111_0000 | ((copy[0] ?? 0) & 0b1111)
  return Buffer.from(copy).toString('base64url').slice(0, 22)
})
const registration = fc.tuple(fid, base64url(100)).map(([id, rest]) => `${id}:APA91b${rest}`)
const jwt = fc
  .tuple(fc.string(), uuid, fc.integer({min: 0}))
  .map(([secret, id, ms]) => createConduitTokens(secret, () => ms).make('user-1', id))
const verify = fc
  .tuple(fc.string(), uuid, uuid, fc.integer({min: 1_000_000_000_000, max: 2_000_000_000_000}))
  .map(([secret, userId, accountId, ms]) => makeVerify(secret, {userId, accountId}, ms))
const bearer = base64url(32)

/** Where the protocols have it, as text; JSON inside JSON as it travels in pushes and in handed-off turns. */
const json = (value: unknown) => JSON.stringify(value)
const inJson = (value: unknown) => json({payload: json(value)})
const deep = (value: unknown) => json([{payload: {encoded_item: `data: ${inJson(value)}\n\n`}}])
type Place = readonly [what: string, tokens: fc.Arbitrary<string>, write: (token: string) => string]

const PLACES: readonly Place[] = [
  ['a bearer in a header', bearer, (token) => `authorization: Bearer ${token}`],
  ['a bearer in JSON', bearer, (token) => json({bearer: token, other: 1})],
  ['a bearer in JSON in JSON', bearer, (token) => deep({authorization: `Bearer ${token}`})],
  [
    'verify in the address of a socket',
    verify,
    (token) => `ws://127.0.0.1:80/p1/ws/user/u__a?verify=${token}&tab=A`,
  ],
  [
    'the address of a socket in a reply',
    verify,
    (token) => json({websocket_url: `ws://h/ws?verify=${token}`}),
  ],
  ['verify alone', verify, (token) => json({said: token})],
  [
    'a resume token in an answer',
    jwt,
    (token) => `data: ${json({type: 'resume_conversation_token', token})}\n\n`,
  ],
  ['a resume token in a handed-off answer', jwt, (token) => deep({type: 'resume_conversation_token', token})],
  ['a conduit token in a header', jwt, (token) => `x-conduit-token: ${token}`],
  ['a sentinel token', jwt, (token) => `openai-sentinel-chat-requirements-token: ${token}`],
  ['a JWT alone', jwt, (token) => `said ${token} and on`],
  ['a registration', registration, (token) => json({registration_token: token, client_platform: 'web'})],
  ['a registration alone', registration, (token) => inJson([token])],
  ['an installation', fid, (token) => json({fid: token, appId: '1:1:web:1'})],
  ['an installation in JSON in JSON', fid, (token) => deep({fid: token})],
  ['an installation in a name', fid, (token) => json({name: `projects/p/registrations/x`, fid: token})],
  ['what refreshes an installation', base64url(48), (token) => json({refreshToken: `3_${token}`})],
  ['the key of a subscription', base64url(65), (token) => inJson({web: {p256dh: token}})],
  ['the secret of a subscription', base64url(16), (token) => inJson({web: {auth: token}})],
  ['an endpoint', base64url(120), (token) => json({endpoint: `https://jmt17.google.com/fcm/send/${token}`})],
  [
    'an endpoint alone',
    base64url(120),
    (token) => `POST https://jmt17.google.com/fcm/send/${token} HTTP/1.1`,
  ],
  [
    'the login of a device',
    fc.bigInt({min: 10n ** 17n, max: 10n ** 19n}).map(String),
    (token) => json({security_token: token}),
  ],
  [
    'a login in a header',
    fc.bigInt({min: 10n ** 17n, max: 10n ** 19n}).map(String),
    (token) => `Authorization: AidLogin ${token}:${token}`,
  ],
  ['anything long and random', base64url(48), (token) => json({said: `so: ${token}.`})],
]

describe('[TG23] a token is taken out', () => {
  test.each(PLACES)('%s', (_, tokens, write) => {
    fc.assert(
      fc.property(tokens, (token) => {
        const text = write(token)
        const said = redactTokens(text)
        expect(said).not.toContain(token)
        // Nor is enough of it left to be of use.
        for (const part of token.split(/[^\w-]+/).filter(({length}) => length >= 12))
          expect(said).not.toContain(part)
        expect(said).toMatch(/<token of \d+ characters>/)
        if (text.startsWith('{') || text.startsWith('[')) expect(() => JSON.parse(said)).not.toThrow()
        expect(redactTokens(said)).toBe(said)
      }),
      {numRuns: 60},
    )
  })

  test('and how long it was is said', () => {
    const token = randomBytes(32).toString('base64url')
    expect(redactTokens(`Bearer ${token}`)).toBe(`Bearer ${redacted(token)}`)
    expect(redacted(token)).toBe('<token of 43 characters>')
  })
})

test('[TG23] what is no token stays: ids, offsets, words, and what a push says', () => {
  fc.assert(
    fc.property(uuid, uuid, fc.lorem({mode: 'sentences', maxCount: 2}), (conversation, message, words) => {
      const texts = [
        json([
          {
            type: 'message',
            topic_id: 'conversations',
            payload: {
              type: 'conversation-turn-complete',
              payload: {conversation_id: conversation},
              metadata: null,
            },
          },
        ]),
        json([
          {
            type: 'message',
            topic_id: `conversation-${conversation}`,
            offset: '1777797530900-0',
            payload: {message, words},
          },
        ]),
        inJson({
          method: 'OpenChat',
          request: {
            '@type': 'type.googleapis.com/anthropic.claude.push.OpenChatRequest',
            conversation_uuid: conversation,
            message_uuid: message,
            is_temporary: false,
          },
        }),
        json({
          from: '100000000001',
          priority: 'normal',
          fcmMessageId: message,
          data: {epoch: conversation, previous_offset: '0'},
        }),
        json({id: 1, command: {type: 'connect', presence: {type: 'presence', state: 'foreground'}}}),
        `event: delta\ndata: {"v":${json(words)}}\n\n`,
        '[]',
      ]
      for (const text of texts) expect(redactTokens(text)).toBe(text)
    }),
    {numRuns: 60},
  )
})
