/** Topics, both ways of following them, and sends to topics and conditions. */
import {afterAll, afterEach, beforeAll, expect, test} from 'vitest'
import {PROJECT, refusalOf, startTestApi, type TestApi} from './test-api.ts'

let api: TestApi
beforeAll(async () => {
  api = await startTestApi()
})
afterAll(() => api.close())
afterEach(() => {
  api.pushed.length = 0
})

const AUTHORIZED = {authorization: 'Bearer x'}
const pathOf = (token: string, rest: string, project = PROJECT) =>
  `/v1/projects/${project}/registrations/${encodeURIComponent(token)}/topicSubscriptions${rest}`
const follow = (token: string, topic: string, project = PROJECT) =>
  api.call('POST', pathOf(token, `?topic_name=${encodeURIComponent(topic)}`, project), {}, AUTHORIZED)
const unfollow = (token: string, topic: string, more = '?allow_missing=true') =>
  api.call('DELETE', pathOf(token, `/${encodeURIComponent(topic)}${more}`), undefined, AUTHORIZED)
const batch = (method: 'batchAdd' | 'batchRemove', to: string, tokens: readonly string[]) =>
  api.call('POST', `/iid/v1:${method}`, {to, registration_tokens: tokens}, AUTHORIZED)
const reached = () => api.pushed.map(({endpointToken}) => endpointToken)

test('[FB40] who follows a topic is reached by it until it no longer does', async () => {
  const [one, two] = [await api.page(), await api.page()]
  expect((await follow(one.token, 'news~1')).status).toBe(200)
  expect(await refusalOf(await follow(one.token, 'news~1'))).toEqual([409, 'ALREADY_EXISTS', undefined])
  await follow(two.token, 'news~1')
  await api.send({topic: 'news~1', data: {a: '1'}})
  expect(reached().toSorted()).toEqual(
    [one, two].map(({subscribed}) => subscribed.subscription.endpointToken).toSorted(),
  )
  api.pushed.length = 0
  expect((await unfollow(one.token, 'news~1')).status).toBe(200)
  expect((await unfollow(one.token, 'news~1')).status).toBe(200)
  expect((await unfollow(one.token, 'news~1', '')).status).toBe(404)
  await api.send({topic: 'news~1'})
  expect(reached()).toEqual([two.subscribed.subscription.endpointToken])
})

test('[FB41] in a batch every token has a result of its own', async () => {
  const {token, subscribed} = await api.page()
  const unknown = `${token}x`
  const added = await batch('batchAdd', '/topics/weather', [token, unknown, 'x'])
  expect(await added.json()).toEqual({results: [{}, {error: 'NOT_FOUND'}, {error: 'INVALID_ARGUMENT'}]})
  await api.send({topic: 'weather'})
  expect(reached()).toEqual([subscribed.subscription.endpointToken])
  expect(await (await batch('batchRemove', '/topics/weather', [token])).json()).toEqual({results: [{}]})
  api.pushed.length = 0
  expect((await api.send({topic: 'weather'})).status).toBe(200)
  expect(reached()).toEqual([])
})

test('[FB36] [FB37] a condition reaches those whose topics it holds of', async () => {
  const [a, ab, none] = [await api.page('cond'), await api.page('cond'), await api.page('cond')]
  await follow(a.token, 'a', 'cond')
  await follow(ab.token, 'a', 'cond')
  await follow(ab.token, 'b', 'cond')
  const reach = async (condition: string) => {
    api.pushed.length = 0
    expect((await api.send({condition}, {}, 'cond')).status).toBe(200)
    return [a, ab, none].map(({subscribed}) => reached().includes(subscribed.subscription.endpointToken))
  }
  expect(await reach("'a' in topics && 'b' in topics")).toEqual([false, true, false])
  expect(await reach("'a' in topics && !('b' in topics)")).toEqual([true, false, false])
  expect(await reach("!('a' in topics)")).toEqual([false, false, true])
})

test('[FB44] the topic of another project is another topic', async () => {
  const {token} = await api.page('elsewhere')
  await follow(token, 'shared', 'elsewhere')
  expect((await api.send({topic: 'shared'})).status).toBe(200)
  expect(reached()).toEqual([])
  expect(await refusalOf(await follow(token, 'shared'))).toEqual([
    403,
    'PERMISSION_DENIED',
    'SENDER_ID_MISMATCH',
  ])
})

test('[FB51] a follower whose subscription has ended is forgotten and hinders nobody', async () => {
  const [gone, here] = [await api.page(), await api.page()]
  await follow(gone.token, 'ends')
  await follow(here.token, 'ends')
  api.unsubscribe(gone.subscribed.subscription.endpointToken)
  expect((await api.send({topic: 'ends'})).status).toBe(200)
  expect(reached()).toEqual([here.subscribed.subscription.endpointToken])
  expect(await refusalOf(await follow(gone.token, 'ends'))).toEqual([404, 'NOT_FOUND', 'UNREGISTERED'])
})

test('[FB43] topics survive a refresh of the token and end with it', async () => {
  const {installed, subscribed, token} = await api.page()
  await follow(token, 'lasting')
  const another = api.subscribe(subscribed.subscription.vapidKey)
  const path = `/v1/projects/${PROJECT}/registrations/${token}`
  await api.fromPage('PATCH', path, api.registrationBody(another), api.asInstallation(installed))
  await api.send({topic: 'lasting'})
  expect(reached()).toEqual([another.subscription.endpointToken])
  await api.fromPage('DELETE', path, undefined, api.asInstallation(installed))
  api.pushed.length = 0
  await api.send({topic: 'lasting'})
  expect(reached()).toEqual([])
})

test('[FB42] a registration follows 2,000 topics and no more', async () => {
  const {token} = await api.page()
  for (let index = 0; index < 2_000; index += 1) api.registrations.follow(token, `many-${index}`)
  expect(await (await batch('batchAdd', '/topics/one-more', [token])).json()).toEqual({
    results: [{error: 'TOO_MANY_TOPICS'}],
  })
})

test('[FB5] only who is authenticated follows for others', async () => {
  const {token} = await api.page()
  expect((await api.call('POST', pathOf(token, '?topic_name=x'), {})).status).toBe(401)
  expect((await api.call('POST', '/iid/v1:batchAdd', {})).status).toBe(401)
})
