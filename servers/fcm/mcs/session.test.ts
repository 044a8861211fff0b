import * as fc from 'fast-check'
import {describe, expect, test} from 'vitest'
import type {DevicePacket, LoginRequest} from '#protocol/device/mcs-packet.ts'
import type {Delivery, Subscription} from '../push-core.ts'
import {newSession, next, type Effect, type Session, type SessionEvent} from './session.ts'

const HEARTBEAT_MS = 60_000
const login: LoginRequest = {id: 'chrome-1', user: '12', authToken: '34', receivedPersistentId: ['p1']}
const received = (packet: DevicePacket): SessionEvent => ({type: 'received', packet})
const says = (
  type: 'heartbeat-ping' | 'heartbeat-ack' | 'stream-ack' | 'data-message',
  upTo?: number,
): SessionEvent => received({type, lastStreamIdReceived: upTo})
const checked = (isGenuine: boolean): SessionEvent => ({type: 'checked', isGenuine, wallMs: 1_000.5})
const subscription: Subscription = {
  endpointToken: 't',
  deviceId: '12',
  transport: 'mcs',
  app: 'org.chromium.linux',
  subtype: 'wp:http://localhost/#1',
  vapidKey: 'BKey',
  origin: null,
}
const pushed = (deliveryId: string, about: Partial<Delivery> = {}): SessionEvent => ({
  type: 'pushed',
  delivery: {
    deliveryId,
    subscription,
    body: Buffer.from('body'),
    ttlSeconds: 60,
    sentAtMs: 1_000,
    topic: null,
    urgency: 'normal',
    ...about,
  },
})

function play(events: readonly SessionEvent[], from: Session = newSession) {
  let state = from
  const effects: Effect[] = []
  for (const event of events) {
    const step = next(state, event, HEARTBEAT_MS)
    state = step.state
    effects.push(...step.effects)
  }
  return {state, effects}
}
const {state: loggedIn} = play([received({type: 'login-request', login}), checked(true)])
const after = (...events: readonly SessionEvent[]) => play(events, loggedIn).effects
const acks = (effects: readonly Effect[]) =>
  effects.flatMap((effect) => (effect.do === 'ack' ? [effect.deliveryIds] : []))

describe('login', () => {
  test('[MC8] is checked, answered, and then the device is connected with what it confirms', () => {
    const {effects, state} = play([received({type: 'login-request', login}), checked(true)])
    expect(effects).toEqual([
      {do: 'check', deviceId: '12', securityToken: '34'},
      {
        do: 'send',
        packet: {
          name: 'LoginResponse',
          fields: {
            id: 'chrome-1',
            jid: '12@mcs.android.com/12',
            streamId: 1,
            lastStreamIdReceived: 1,
            serverTimestamp: '1000',
            heartbeatConfig: {uploadStat: false, intervalMs: HEARTBEAT_MS},
          },
        },
      },
      {do: 'connect', deviceId: '12', confirmed: ['p1']},
    ])
    expect(state).toEqual({name: 'logged-in', deviceId: '12', sent: 1, received: 1, unacked: []})
  })

  test('[MC8] with a wrong token is answered with an error, and nobody is connected', () => {
    const {effects, state} = play([received({type: 'login-request', login}), checked(false)])
    expect(state).toEqual({name: 'closed'})
    expect(effects.slice(1)).toMatchObject([
      {do: 'record-refused', code: 'wrong-token'},
      {do: 'send', packet: {name: 'LoginResponse', fields: {id: 'chrome-1', error: {code: 401}}}},
      {do: 'end'},
    ])
  })

  test.each([
    ['[MC7] anything before it', [says('heartbeat-ping')], 'not-logged-in'],
    ['[MC7] a close before it', [received({type: 'close'})], 'not-logged-in'],
    [
      '[MC7] a second one',
      [received({type: 'login-request', login}), checked(true), received({type: 'login-request', login})],
      'out-of-order',
    ],
    [
      '[MC7] a packet while it is checked',
      [received({type: 'login-request', login}), says('heartbeat-ping')],
      'out-of-order',
    ],
    ['[MC6] what is no packet', [{type: 'unreadable', code: 'malformed'}], 'malformed'],
    ['[MC10] nothing for too long', [{type: 'silent'}], 'login-overdue'],
  ] as const)('%s ends the connection without a word', (_name, events, code) => {
    const {state, effects} = play(events)
    expect(state).toEqual({name: 'closed'})
    expect(effects.filter((effect) => effect.do === 'record-refused')).toEqual([{do: 'record-refused', code}])
    expect(effects.at(-1)).toEqual({do: 'cut'})
  })
})

describe('stanzas', () => {
  test('[MC9] have the shape that Chromium takes', () => {
    expect(after(pushed('p2', {topic: 'news'}))).toEqual([
      {
        do: 'send',
        packet: {
          name: 'DataMessageStanza',
          fields: {
            from: 'BKey',
            category: 'org.chromium.linux',
            token: 'news',
            appData: [
              {key: 'subtype', value: 'wp:http://localhost/#1'},
              {key: 'content-encoding', value: 'aes128gcm'},
            ],
            persistentId: 'p2',
            lastStreamIdReceived: 1,
            ttl: 60,
            sent: '1000',
            rawData: Buffer.from('body'),
            immediateAck: true,
          },
        },
      },
    ])
  })

  test('[MC9] without payload say nothing of an encoding', () => {
    const [effect] = after(pushed('p2', {body: null}))
    expect(effect).toMatchObject({packet: {fields: {appData: [{key: 'subtype'}]}}})
    expect(effect).not.toHaveProperty('packet.fields.rawData')
  })

  test('[MC5] the login is packet 1: the first stanza is acknowledged by 2', () => {
    expect(acks(after(pushed('a'), pushed('b'), says('stream-ack', 1)))).toEqual([])
    expect(acks(after(pushed('a'), pushed('b'), says('stream-ack', 2)))).toEqual([['a']])
    expect(acks(after(pushed('a'), pushed('b'), says('data-message', 3)))).toEqual([['a', 'b']])
  })

  test('[MC5] heartbeats count, and acknowledge too', () => {
    const effects = after(
      pushed('a'),
      says('heartbeat-ping', 2),
      pushed('b'),
      says('heartbeat-ack', 3),
      says('stream-ack', 4),
    )
    expect(acks(effects)).toEqual([['a'], ['b']])
    expect(effects).toContainEqual({
      do: 'send',
      packet: {name: 'HeartbeatAck', fields: {lastStreamIdReceived: 2}},
    })
  })

  test('[MC9] may be acknowledged one by one', () => {
    const select = (...persistentIds: readonly string[]) => received({type: 'selective-ack', persistentIds})
    expect(
      acks(after(pushed('a'), pushed('b'), pushed('c'), select('b', 'x'), says('stream-ack', 99))),
    ).toEqual([['b'], ['a', 'c']])
  })

  test('[PU18] a message that was sent twice is acknowledged once at a time', () => {
    expect(acks(after(pushed('a'), pushed('a'), says('stream-ack', 3)))).toEqual([['a']])
  })
})

describe('the end', () => {
  test.each([
    ['[MC12] the device closes', received({type: 'close'}), 'closed-by-device', ['end']],
    [
      '[MC12] a newer link takes over',
      {type: 'taken-away', why: 'newer-link'},
      'newer-link',
      ['send', 'end'],
    ],
    ['[MC12] [PU21] a fault cuts', {type: 'taken-away', why: 'cut'}, 'cut', ['cut']],
    ['[MC11] too many heartbeats are missed', {type: 'silent'}, 'silent', ['cut']],
    ['[MC13] nothing is read', {type: 'stuck'}, 'not-reading', ['cut']],
    ['[MC6] garbage comes', {type: 'unreadable', code: 'bad-length'}, 'refused-bad-length', ['cut']],
    ['the socket goes', {type: 'gone', why: 'gone'}, 'gone', []],
  ] as const)('%s', (_name, event, why, last) => {
    const effects = after(event).filter((effect) => effect.do !== 'record-refused')
    expect(effects[0]).toEqual({do: 'disconnect', deviceId: '12', why})
    expect(effects.slice(1).map((effect) => effect.do)).toEqual(last)
  })

  test('nothing leaves closed', () => {
    const {state} = play([{type: 'gone', why: 'gone'}])
    for (const event of [checked(true), pushed('a'), says('heartbeat-ping'), {type: 'silent'} as const]) {
      expect(next(state, event, HEARTBEAT_MS)).toEqual({state, effects: []})
    }
  })
})

test('[MC5] every stanza is acknowledged at most once, in order, and only when it was sent', () => {
  const step = fc.oneof(
    fc.constant('push' as const),
    fc.nat(30).map((upTo) => ({upTo})),
  )
  fc.assert(
    fc.property(fc.array(step, {maxLength: 40}), (steps) => {
      const sent: string[] = []
      const events = steps.map((one) => {
        if (one !== 'push') return says('stream-ack', one.upTo)
        sent.push(`p${sent.length}`)
        return pushed(sent.at(-1)!)
      })
      const acked = acks(after(...events)).flat()
      expect(acked).toEqual(sent.slice(0, acked.length))
    }),
  )
})
