import {expect, test} from 'vitest'
import {read} from '#protocol/fcm/issue.ts'
import {sendRequest, type WebMessage} from '#protocol/fcm/send-request.ts'
import {MAX_TTL_SECONDS, payloadOf, sizeIssue, travelOf} from './web-message.ts'

function messageOf(message: Record<string, unknown>): WebMessage {
  const result = read(sendRequest, JSON.stringify({message: {token: 't', ...message}}))
  if (!result.ok) throw new TypeError(result.issue.description)
  return result.value.message
}

function payload(message: Record<string, unknown>) {
  const sent = messageOf(message)
  const travel = travelOf(sent)
  if (!travel.ok) throw new TypeError(travel.issue.description)
  return payloadOf(sent, travel.value, {from: '123', messageId: 'm1'})
}

const bare = {from: '123', priority: 'normal', fcmMessageId: 'm1'}

test('[FB33] what is said for the web replaces data and is laid over the notification', () => {
  expect(payload({data: {a: '1'}, webpush: {data: {b: '2'}}})).toEqual({...bare, data: {b: '2'}})
  const notification = {title: 'general', body: 'text', image: 'https://i'}
  expect(payload({notification, webpush: {notification: {title: 'web', icon: '/i.png'}}})).toEqual({
    ...bare,
    notification: {title: 'web', body: 'text', image: 'https://i', icon: '/i.png'},
  })
})

test('[FB32] options are read in both spellings and written as the web SDK reads them', () => {
  const expected = {...bare, fcmOptions: {link: 'https://l', analytics_label: 'x'}}
  expect(payload({webpush: {fcmOptions: {link: 'https://l', analyticsLabel: 'x'}}})).toEqual(expected)
  expect(payload({webpush: {fcm_options: {link: 'https://l', analytics_label: 'x'}}})).toEqual(expected)
  expect(payload({fcmOptions: {analyticsLabel: 'x'}})).toEqual({
    ...bare,
    fcmOptions: {analytics_label: 'x'},
  })
})

test('[FB34] a topic is the collapse key, and urgency the priority', () => {
  expect(payload({webpush: {headers: {Topic: 'news', Urgency: 'high'}}})).toEqual({
    ...bare,
    priority: 'high',
    collapse_key: 'news',
  })
})

test('[FB35] without headers a message waits four weeks', () => {
  expect(travelOf(messageOf({}))).toEqual({
    ok: true,
    value: {ttlSeconds: MAX_TTL_SECONDS, urgency: 'normal', topic: null},
  })
})

test.each([
  [{TTL: '-1'}, 'message.webpush.headers.TTL'],
  [{ttl: '2419201'}, 'message.webpush.headers.TTL'],
  [{TTL: '1.5'}, 'message.webpush.headers.TTL'],
  [{Urgency: 'soon'}, 'message.webpush.headers.Urgency'],
  [{Topic: 'no spaces'}, 'message.webpush.headers.Topic'],
  [{Topic: 'x'.repeat(33)}, 'message.webpush.headers.Topic'],
])('[FB35] %j is refused at %s', (headers, field) => {
  expect(travelOf(messageOf({webpush: {headers}}))).toMatchObject({ok: false, issue: {field}})
})

test('[FB38] keys and values count, in bytes, up to 4,096; half of it to topics', () => {
  const of = (bytes: number, target: Record<string, unknown> = {}) =>
    sizeIssue(messageOf({data: {key: 'ü'.repeat((bytes - 3) / 2) + 'x'.repeat((bytes - 3) % 2)}, ...target}))
  expect(of(4_095)).toBeNull()
  expect(of(4_097)).not.toBeNull()
  expect(of(2_047, {token: undefined, topic: 't'})).toBeNull()
  expect(of(2_049, {token: undefined, topic: 't'})).not.toBeNull()
})

test.each([
  [{data: {from: 'x'}}, 'Invalid data payload key'],
  [{data: {'google.x': 'x'}}, 'Invalid data payload key'],
  [{topic: 'also'}, 'Exactly one of token, fid, topic and condition is required'],
])('[FB31] [FB52] %j: %s', (message, description) => {
  expect(() => messageOf(message)).toThrow(description)
})

test('[FB56] what is wrong is named by its field, and not quoted', () => {
  const result = read(sendRequest, JSON.stringify({message: {token: 't', data: {secret: {deep: 'hush'}}}}))
  expect(result).toMatchObject({ok: false, issue: {field: 'message.data.secret'}})
  expect(JSON.stringify(result)).not.toContain('hush')
})
