/** Push from end to end but for the browser: the real back end, the real Admin SDK, a device without pages. */
import {afterAll, beforeAll, describe, expect, test} from 'vitest'
import type {Carriage} from '#protocol/carriage.ts'
import {claudeMessageText} from '#protocol/claude/message.ts'
import {readClaudePush, type ClaudePush} from '#protocol/claude/push-data.ts'
import type {LedgerEvent} from '#protocol/ledger-event.ts'
import type {PushEvent} from '#protocol/push-event.ts'
import type {RunningFcm} from '../../fcm/running-fcm.ts'
import {startFcm} from '../../fcm/start.ts'
import {defaultModelSettings} from '../../model/model-settings.ts'
import {startServers, type RunningServers} from '../../start.ts'
import {createCaller} from './caller.ts'
import {openVirtualBrowser} from './virtual-browser.ts'

let fcm: RunningFcm
let servers: RunningServers
const ledger: LedgerEvent[] = []
const pushBook: PushEvent[] = []

beforeAll(async () => {
  const fcmOptions = {port: 0, mcsPort: 0, store: null, projectId: 'tabwitness', temporaryFolder: null}
  fcm = await startFcm(fcmOptions, (event) => pushBook.push(event))
  servers = await startServers(
    {
      port: 0,
      seed: 'push',
      store: null,
      pageFolder: null,
      carriage: 'observed',
      model: {...defaultModelSettings, instant: true},
      userCount: 0,
      fcm,
    },
    (event) => ledger.push(event),
  )
})
afterAll(async () => {
  await servers.close()
  await fcm.close()
})

/** A person with one browser that is registered. */
async function person(carriage: Carriage) {
  const user = await servers.control.createUser({carriage})
  const caller = createCaller(servers.claude.baseUrl, user)
  const browser = await openVirtualBrowser(fcm, servers.claude.origin)
  const registered = await caller.call('POST', '/notification/channels', {
    channel_type: 'FCM',
    client_app_name: 'claude-ai-web',
    client_platform: 'web_claude_ai',
    registration_token: browser.registrationToken,
  })
  const {uuid: channelId} = (await registered.json()) as {uuid: string}
  const read = () => browser.heard.map(({data}) => readClaudePush(data))
  return {user, caller, browser, channelId, read}
}
const kindsOf = (pushes: readonly (ClaudePush | null)[]) => pushes.map((push) => push?.kind)
const ofUser = (userId: string) => ledger.filter((event) => 'userId' in event && event.userId === userId)

describe('a browser that is registered', () => {
  test('[CP1] [CP7] hears of a complete answer, and the ledgers tell one story', async () => {
    const {user, caller, browser, channelId, read} = await person('observed')
    const {conversationId, answerId, response} = await caller.askAnew()
    await response.text()
    await expect.poll(read).toMatchObject([{kind: 'completion', conversationId, messageId: answerId}])
    await expect.poll(() => ofUser(user.id).at(-1)?.kind).toBe('pushed')
    const pushed = ofUser(user.id).find((event) => event.kind === 'pushed')!
    expect(pushed).toMatchObject({conversationId, messageIds: [answerId], carries: 'completion', channelId})
    const accepted = pushBook.find(
      (event) => event.kind === 'push-accepted' && event.messageId === pushed.pushId,
    )!
    expect(accepted.at).toBeGreaterThan(pushed.at)
    expect(accepted.at).toBeLessThan(pushed.acceptedAt)
    await browser.close()
  })

  test('[CP3] [CP6] under content hears every message whole, in order, in bodies that browsers take', async () => {
    const {user, caller, browser, read} = await person('content')
    const {conversationId, humanId, answerId, response} = await caller.askAnew()
    await response.text()
    await expect.poll(() => kindsOf(read())).toEqual(['content', 'content', 'completion'])
    const long = await servers.control.commitMessage(user.id, conversationId, 'é'.repeat(1_400))
    const tooLong = await servers.control.commitMessage(user.id, conversationId, 'é'.repeat(2_000))
    await expect.poll(() => kindsOf(read()).slice(3)).toEqual(['content', 'hint'])
    const ids = read().map((push) => (push?.kind === 'content' ? push.message.uuid : push?.messageId))
    expect(ids).toEqual([humanId, answerId, answerId, long, tooLong])
    const whole = read()[3]!
    if (whole.kind === 'content') expect(claudeMessageText(whole.message)).toBe('é'.repeat(1_400))
    expect(Math.max(...browser.heard.map(({bodyBytes}) => bodyBytes))).toBeLessThanOrEqual(4_096)
    await browser.close()
  })

  test('[CL62] hears no notice when its person wants none', async () => {
    const {user, caller, browser, read} = await person('observed')
    await caller.call('PATCH', '/notification/preferences', {
      preferences: {feature_preference: {completion: {enable_push: false}}},
    })
    await (await caller.askAnew()).response.text()
    await caller.call('PATCH', '/notification/preferences', {
      preferences: {feature_preference: {completion: {enable_push: true}}},
    })
    const {answerId, response} = await caller.askAnew()
    await response.text()
    await expect.poll(read).toMatchObject([{messageId: answerId}])
    expect(ofUser(user.id).filter(({kind}) => kind === 'pushed')).toHaveLength(1)
    await browser.close()
  })
})

test('[CL63] [CP7] a token that expired makes the channel inactive; the person’s answer knows nothing of it', async () => {
  const {user, caller, browser, channelId} = await person('hint')
  await fcm.control.expireToken(browser.registrationToken)
  const {response} = await caller.askAnew()
  expect([response.status, (await response.text()).includes('message_stop')]).toEqual([200, true])
  await expect
    .poll(() => caller.read('/notification/channels'))
    .toMatchObject({channels: [{uuid: channelId, status: 'INACTIVE'}]})
  expect(ofUser(user.id).filter(({kind}) => kind === 'refused')).toMatchObject([
    {where: 'push', code: 'messaging/registration-token-not-registered'},
  ])
  await browser.close()
})

test('[CP6] an answer does not wait for a back end that fails', async () => {
  const {user, caller, browser} = await person('hint')
  await fcm.control.failSends('INTERNAL', 1_000)
  const {response} = await caller.askAnew()
  expect((await response.text()).includes('message_stop')).toBe(true)
  await expect.poll(() => ofUser(user.id).some(({kind}) => kind === 'refused'), {timeout: 15_000}).toBe(true)
  await fcm.control.failSends(null, 0)
  await browser.close()
})
