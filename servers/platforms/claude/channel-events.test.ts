/** What a page asks that missed some pushes, over HTTP and without any push. */
import {afterAll, beforeAll, expect, test} from 'vitest'
import type {Carriage} from '#protocol/carriage.ts'
import {channelEvents, readPushPlace, type ChannelEvents} from '#protocol/claude/channel-events.ts'
import {claudeMessageText} from '#protocol/claude/message.ts'
import {readClaudePush} from '#protocol/claude/push-data.ts'
import {decodeValue} from '#protocol/decode.ts'
import {defaultModelSettings} from '../../model/model-settings.ts'
import {startServers, type RunningServers} from '../../start.ts'
import {createCaller} from './caller.ts'

let servers: RunningServers
beforeAll(async () => {
  const model = {...defaultModelSettings, instant: true}
  servers = await startServers(
    {port: 0, seed: 'events', store: null, pageFolder: null, carriage: 'observed', model, userCount: 0},
    () => {},
  )
})
afterAll(() => servers.close())

async function person(carriage: Carriage) {
  const user = await servers.control.createUser({carriage})
  const caller = createCaller(servers.claude.baseUrl, user)
  const {conversationId} = await servers.control.createConversation(user.id, 1, 'claude')
  const path = `/chat_conversations/${conversationId}/channel_events`
  const ask = async (query: Record<string, string> = {}): Promise<ChannelEvents> =>
    decodeValue(channelEvents, await caller.read(`${path}?${new URLSearchParams(query).toString()}`))
  const commit = (text: string) => servers.control.commitMessage(user.id, conversationId, text)
  return {user, caller, conversationId, path, ask, commit}
}

test('[CP9] a page that was there before anything was said gets all that it missed, once', async () => {
  const {ask, commit} = await person('content')
  const head = await ask()
  expect(head).toEqual({recovered: true, epoch: head.epoch, offset: '0', events: [], channel_active: null})
  const ids = [await commit('one'), await commit('two')]
  const missed = await ask({offset: head.offset, epoch: head.epoch})
  const read = missed.events.map(({data}) => readClaudePush(data))
  expect(read.map((push) => push?.kind === 'content' && push.message.uuid)).toEqual(ids)
  expect(missed.offset).toBe(missed.events.at(-1)!.offset)
  const places = missed.events.map(({data}) => readPushPlace(data))
  expect(places).toEqual([
    {offset: missed.events[0]!.offset, epoch: head.epoch, previousOffset: '0'},
    {offset: missed.events[1]!.offset, epoch: head.epoch, previousOffset: missed.events[0]!.offset},
  ])
  expect((await ask({offset: missed.events[0]!.offset})).events).toEqual(missed.events.slice(1))
  expect((await ask({offset: missed.offset, epoch: missed.epoch})).events).toEqual([])
  // A second time, from where it is by then.
  const third = await commit('three')
  const again = await ask({offset: missed.offset, epoch: missed.epoch})
  expect(again.events.map(({data}) => JSON.stringify(data).includes(third))).toEqual([true])
})

test('[CP9] what is too long for a push is there whole', async () => {
  const {ask, commit} = await person('content')
  const text = 'é'.repeat(20_000)
  await commit(text)
  const [event] = (await ask({offset: '0'})).events
  const push = readClaudePush(event!.data)
  expect(push?.kind === 'content' && claudeMessageText(push.message)).toBe(text)
})

test('[CP8] the carriage decides what is said: hints under hint, nothing under observed', async () => {
  const [hinted, observed] = [await person('hint'), await person('observed')]
  for (const {commit} of [hinted, observed]) await commit('hello')
  const kinds = async ({ask}: typeof hinted) =>
    (await ask({offset: '0'})).events.map(({data}) => readClaudePush(data)?.kind)
  expect([await kinds(hinted), await kinds(observed)]).toEqual([['hint'], []])
})

test('[CP8] [TU27] an answer is said when it is final, whatever became of it', async () => {
  const {caller, conversationId, ask} = await person('content')
  const {answerId, humanId, response} = await caller.ask(conversationId)
  await response.text()
  const pushes = (await ask({offset: '0'})).events.map(({data}) => readClaudePush(data))
  expect(pushes.map((push) => push?.kind === 'content' && push.message.uuid)).toEqual([humanId, answerId])
})

test('[CP9] another epoch, and a place that nobody gave out, are not recovered', async () => {
  const {ask, commit} = await person('content')
  await commit('hello')
  const {epoch, offset} = await ask()
  const lost = {recovered: false, epoch, offset, events: [], channel_active: null}
  expect(await ask({offset: '0', epoch: 'another'})).toEqual(lost)
  expect(await ask({offset: '99999999999999-0', epoch})).toEqual(lost)
})

test('[CP9] [CL53] a place of a wrong form is 400, another person’s conversation 404', async () => {
  const [ada, bob] = [await person('content'), await person('content')]
  expect((await ada.caller.call('GET', `${ada.path}?offset=yesterday`)).status).toBe(400)
  expect((await ada.caller.call('GET', `${ada.path}?offset=0&offset=0`)).status).toBe(400)
  expect((await bob.caller.call('GET', ada.path)).status).toBe(404)
})

test('[CP10] the page is told whether its channel still hears of anything', async () => {
  const [ada, bob] = [await person('content'), await person('content')]
  const registered = await ada.caller.call('POST', '/notification/channels', {
    channel_type: 'FCM',
    client_app_name: 'claude-ai-web',
    client_platform: 'web_claude_ai',
    registration_token: 'token-of-ada',
  })
  const {uuid: channel} = (await registered.json()) as {uuid: string}
  expect((await ada.ask({channel})).channel_active).toBe(true)
  expect((await bob.ask({channel})).channel_active).toBe(false)
  expect((await ada.ask({channel: 'none'})).channel_active).toBe(false)
})
