import fc from 'fast-check'
import {describe, expect, test} from 'vitest'
import type {BrowserMessage} from '#protocol/autopush.ts'
import type {Delivery} from '../push-core.ts'
import {endpointTokenOf, newSession, next, type Session, type SessionEvent} from './session.ts'

const FRESH = 'f'.repeat(32)
const KNOWN = 'a'.repeat(32)
const CHANNEL = '7f2a8c1e-0000-4000-8000-000000000001'
const KEY = Buffer.concat([Buffer.from([4]), Buffer.alloc(64, 7)]).toString('base64url')

const around = {knowsDevice: (uaid: string) => uaid === KNOWN, freshUaid: () => FRESH}
const said = (message: BrowserMessage): SessionEvent => ({type: 'said', message})
const hello = (uaid?: string): SessionEvent =>
  said({messageType: 'hello', use_webpush: true, ...(uaid !== undefined && {uaid})})
const ready: Session = {name: 'ready', uaid: KNOWN}
const effects = (state: Session, event: SessionEvent) => next(state, event, around).effects

const delivery = (body: Uint8Array | null): Delivery => ({
  deliveryId: 'd1',
  subscription: {
    endpointToken: endpointTokenOf(KNOWN, CHANNEL),
    deviceId: KNOWN,
    transport: 'autopush',
    app: '',
    subtype: CHANNEL,
    vapidKey: KEY,
    origin: null,
  },
  body,
  ttlSeconds: 60,
  sentAtMs: 0,
  topic: null,
  urgency: 'normal',
})

describe('hello', () => {
  test.each([
    ['without a uaid', undefined, FRESH],
    ['with a known one', KNOWN, KNOWN],
    ['with an unknown one', 'b'.repeat(32), FRESH],
    ['with an empty one', '', FRESH],
    ['with a malformed one', KNOWN.toUpperCase(), FRESH],
  ])('[AP2] %s is answered with the right name', (_name, claimed, uaid) => {
    const step = next(newSession, hello(claimed), around)
    expect(step.state).toEqual({name: 'ready', uaid})
    expect(step.effects[0]).toMatchObject({do: 'send', message: {messageType: 'hello', uaid, status: 200}})
  })

  test('[AP8] is answered before the core is told, whose flush comes after', () => {
    expect(effects(newSession, hello()).map((effect) => effect.do)).toEqual(['send', 'connect'])
  })

  test.each([
    ['a second hello', ready, hello(KNOWN), 'out-of-order'],
    [
      'a register before it',
      newSession,
      said({messageType: 'register', channelID: CHANNEL}),
      'not-connected',
    ],
    ['none in time', newSession, {type: 'hello-overdue'} as const, 'not-connected'],
  ])('[AP2] [AP12] %s closes the connection', (_name, state, event, code) => {
    const step = next(state, event, around)
    expect(step.state).toEqual({name: 'closed'})
    expect(step.effects).toContainEqual({do: 'record-refused', code})
    expect(step.effects.at(-1)).toEqual({do: 'close', reason: 'badFrame'})
  })

  test('[AP12] the limit means nothing to a browser that has said it', () => {
    expect(next(ready, {type: 'hello-overdue'}, around)).toEqual({state: ready, effects: []})
  })
})

describe('subscriptions', () => {
  test('[AP3] registering stores the unpadded key and gives an endpoint', () => {
    const padded = `${KEY}=`
    const [subscribe, answer] = effects(
      ready,
      said({messageType: 'register', channelID: CHANNEL, key: padded}),
    )
    const endpointToken = endpointTokenOf(KNOWN, CHANNEL)
    expect(subscribe).toMatchObject({
      do: 'subscribe',
      subscription: {endpointToken, deviceId: KNOWN, subtype: CHANNEL, vapidKey: KEY},
    })
    expect(answer).toMatchObject({
      message: {
        status: 200,
        channelID: CHANNEL,
        pushEndpoint: `https://updates.push.services.mozilla.com/wpush/v2/${endpointToken}`,
      },
    })
  })

  test.each(['', 'x', KEY.slice(1), `${KEY}${KEY}`, KEY.replace(/^B/, 'C'), `${KEY.slice(0, -1)}!`])(
    '[AP3] %j is no key: nothing is stored, no endpoint is given',
    (key) => {
      const asked = effects(ready, said({messageType: 'register', channelID: CHANNEL, key}))
      expect(asked).toEqual([
        {do: 'send', message: {messageType: 'register', channelID: CHANNEL, status: 400}},
      ])
    },
  )

  test('[AP3] without a key anybody may send', () => {
    const [subscribe] = effects(ready, said({messageType: 'register', channelID: CHANNEL}))
    expect(subscribe).toMatchObject({subscription: {vapidKey: null}})
  })

  test('[AP4] two browsers never share an endpoint, nor do two channels of one', () => {
    const uaid = fc.stringMatching(/^[0-9a-f]{32}$/)
    fc.assert(
      fc.property(uaid, fc.uuid(), uaid, fc.uuid(), (a, channel, b, other) => {
        const same = a === b && channel === other
        expect(endpointTokenOf(a, channel) === endpointTokenOf(b, other)).toBe(same)
      }),
    )
  })

  test('[AP5] unregistering takes away what registering gave', () => {
    const gone = effects(ready, said({messageType: 'unregister', channelID: CHANNEL}))
    expect(gone).toEqual([
      {do: 'unsubscribe', endpointToken: endpointTokenOf(KNOWN, CHANNEL)},
      {do: 'send', message: {messageType: 'unregister', channelID: CHANNEL, status: 200}},
    ])
  })
})

describe('pushes', () => {
  test('[AP6] carry the body in base64url', () => {
    expect(effects(ready, {type: 'pushed', delivery: delivery(Uint8Array.of(251, 255, 0))})).toEqual([
      {
        do: 'send',
        message: {
          messageType: 'notification',
          channelID: CHANNEL,
          version: 'd1',
          data: '-_8A',
          headers: {encoding: 'aes128gcm'},
        },
      },
    ])
  })

  test('[AP6] without payload have neither data nor headers', () => {
    expect(effects(ready, {type: 'pushed', delivery: delivery(null)})).toEqual([
      {do: 'send', message: {messageType: 'notification', channelID: CHANNEL, version: 'd1'}},
    ])
  })

  test.each([100, 101, 102, undefined])('[AP7] an ack with code %s ends the delivery', (code) => {
    const update = {channelID: CHANNEL, version: 'd1', ...(code !== undefined && {code})}
    expect(effects(ready, said({messageType: 'ack', updates: [update]}))).toEqual([
      {do: 'ack', uaid: KNOWN, deliveryIds: ['d1']},
    ])
  })

  test('[AP7] so does a nack', () => {
    expect(effects(ready, said({messageType: 'nack', version: 'd1'}))).toEqual([
      {do: 'ack', uaid: KNOWN, deliveryIds: ['d1']},
    ])
  })
})

test('[AP1] a ping is answered in every state but closed', () => {
  const ping = said({messageType: 'ping'})
  for (const state of [newSession, ready]) {
    expect(effects(state, ping)).toEqual([{do: 'send', message: {messageType: 'ping'}}])
  }
})

test('[AP9] broadcasts are let be', () => {
  expect(effects(ready, said({messageType: 'broadcast_subscribe'}))).toEqual([])
})

const anyEvent: fc.Arbitrary<SessionEvent> = fc.oneof(
  fc.constantFrom<SessionEvent>(
    hello(),
    hello(KNOWN),
    said({messageType: 'ping'}),
    said({messageType: 'register', channelID: CHANNEL, key: KEY}),
    said({messageType: 'unregister', channelID: CHANNEL}),
    {type: 'hello-overdue'},
    {type: 'pushed', delivery: delivery(null)},
    {type: 'taken-away', reason: 'disconnected'},
    {type: 'unreadable', code: 'not-json', reason: 'badFrame'},
    {type: 'gone', why: 'closed'},
  ),
)

test('[AP11] whatever happens: connected at most once, disconnected exactly as often, nothing after closed', () => {
  fc.assert(
    fc.property(fc.array(anyEvent, {maxLength: 12}), (events) => {
      let state = newSession
      const done: string[] = []
      for (const event of [...events, {type: 'gone', why: 'closed'} as const]) {
        const wasClosed = state.name === 'closed'
        const step = next(state, event, around)
        if (wasClosed) expect(step).toEqual({state, effects: []})
        state = step.state
        done.push(...step.effects.map((effect) => effect.do))
      }
      const times = (what: string) => done.filter((effect) => effect === what).length
      expect(state).toEqual({name: 'closed'})
      expect(times('connect')).toBeLessThanOrEqual(1)
      expect(times('disconnect')).toBe(times('connect'))
      expect(times('close')).toBeLessThanOrEqual(1)
    }),
  )
})
