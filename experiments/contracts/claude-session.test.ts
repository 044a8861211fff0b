/**
 * The Claude page's session against the real servers: virtual tabs of one person, every carriage. In place of Firebase
 * stands a sender that hands every push to the tabs of its browser, as the SDK does where a window is visible.
 */
import {afterEach, describe, expect, test} from 'vitest'
import type {Carriage} from '#protocol/carriage.ts'
import type {LedgerEvent} from '#protocol/ledger-event.ts'
import type {Remedy} from '#protocol/policy.ts'
import type {ChatSession, SessionOptions, WitnessStamp} from '../../clients/sync/chat-session.ts'
import {noPush} from '../../clients/sync/claude/no-push.ts'
import {createClaudeSession} from '../../clients/sync/claude/session.ts'
import {nodeSurroundings} from '../../clients/sync/node-surroundings.ts'
import type {UserSettings} from '../../servers/accounts/user.ts'
import {defaultModelSettings} from '../../servers/model/model-settings.ts'
import {startServers, type PushTarget} from '../../servers/start.ts'
import {seen} from '../virtual/virtual-tab.ts'
import {handedPushes, type PushListener} from './handed-pushes.ts'

const leftovers: (() => void | Promise<void>)[] = []
afterEach(async () => {
  for (const end of leftovers.splice(0).toReversed()) await end()
})

const quickModel = {...defaultModelSettings, speed: 10}
const target: PushTarget = {projectId: 'p', page: {firebaseConfig: {projectId: 'p'}, vapidKey: 'k'}}
/** Waits of the page shrink to this part, so that a back-off takes milliseconds. */
const HASTE = 100

type World = {carriage: Carriage; settings?: Partial<UserSettings>; hasPush?: boolean}

async function world({carriage, settings = {}, hasPush = true}: World) {
  const ledger: LedgerEvent[] = []
  const service = handedPushes()
  const servers = await startServers(
    {
      port: 0,
      seed: 's',
      store: null,
      pageFolder: null,
      carriage,
      model: quickModel,
      userCount: 0,
      fcm: hasPush ? target : null,
    },
    (event) => ledger.push(event),
    service.open,
  )
  leftovers.push(() => servers.close())
  const user = await servers.control.createUser(settings)
  const {conversationId} = await servers.control.createConversation(user.id, 1, 'claude')

  async function tab(
    name: string,
    extra: Partial<SessionOptions> = {},
    opens: string | null = conversationId,
  ) {
    const stamps: WitnessStamp[] = []
    const token = `token-${name}`
    const session = createClaudeSession(
      {
        baseUrl: servers.claude.baseUrl,
        bearer: user.bearer,
        userId: user.id,
        accountId: user.organizationId,
        tab: name,
        remedies: [],
        pollPace: 2_000,
        ...extra,
      },
      {
        ...nodeSurroundings({
          push: {
            ...noPush('never said'),
            token: async () => ({ok: true, token}) as const,
            onPush: (listener: PushListener) => service.listen(token, listener),
          },
          openRelay: (channel: string) => new BroadcastChannel(channel),
          witness: (event: WitnessStamp) => void stamps.push(event),
        }),
        setTimer(run, delayMs) {
          const timer = setTimeout(run, delayMs / HASTE)
          return () => clearTimeout(timer)
        },
      },
    )
    leftovers.push(() => session.close())
    await session.start()
    if (opens !== null) await session.openConversation(opens)
    await seen(session, ({connection}) => connection.name === (hasPush ? 'connected' : 'no push'))
    return {session, stamps}
  }
  const serverTexts = async (id = conversationId) =>
    (await servers.control.serverView(id)).map((message) => [message.id, message.chars])
  return {servers, user, conversationId, ledger, tab, serverTexts}
}

type View = ReturnType<ChatSession['view']>

const shown = (session: ChatSession) => session.view().messages.map(({id, text}) => [id, text.length])
const isAt = (count: number) => (view: View) =>
  view.messages.length === count && view.messages.every(({status}) => status === 'complete')
const refetches = (stamps: readonly WitnessStamp[]) =>
  stamps.filter((stamp) => stamp.kind === 'received' && stamp.via === 'refetch').length
const pushIds = (stamps: readonly WitnessStamp[]) =>
  stamps.flatMap((stamp) => (stamp.kind === 'received' && stamp.via === 'fcm' ? [stamp.pushId] : []))

describe('one tab', () => {
  test('[CL17] [CC3] sends, shows the answer grow, and ends with what the server has, under the same ids', async () => {
    const {tab, serverTexts, ledger} = await world({carriage: 'observed'})
    const {session, stamps} = await tab('A')
    const grown = new Set<number>()
    session.subscribe(() => grown.add(session.view().messages.at(-1)?.text.length ?? 0))
    await session.send('And then?')
    expect(isAt(4)(session.view())).toBe(true)
    expect(shown(session)).toEqual(await serverTexts())
    expect(grown.size).toBeGreaterThan(3)
    expect(session.view().notice).toBeNull()
    const acted = stamps.find((stamp) => stamp.kind === 'acted')
    expect(ledger.map((event) => event.kind === 'committed' && event.messageId)).toContain(acted?.messageId)
  })

  test('[CL3] [CL31] a new chat gets its id, its title and its place in the list', async () => {
    const {tab, serverTexts} = await world({carriage: 'observed'})
    const {session} = await tab('A', {}, null)
    await session.send('Hello')
    const {conversationId} = await seen(session, ({title}) => title !== '')
    await seen(session, ({conversations, title}) => conversations.some((listed) => listed.title === title))
    expect(shown(session)).toEqual(await serverTexts(conversationId!))
  })

  test('[CL16] [CC4] what a thinking model thought is shown beside its answer', async () => {
    const {tab} = await world({carriage: 'observed', settings: {model: {...quickModel, instant: true}}})
    const {session} = await tab('A', {model: 'claude-thinking'})
    const thoughts = () => session.view().messages.flatMap(({thinking}) => thinking ?? [])
    // The scripted model says nothing of half of its thoughts.
    for (let turn = 0; turn < 30 && thoughts().length === 0; turn += 1) await session.send('Think')
    expect(thoughts()[0]).toMatch(/\w/)
    expect(session.view().messages.every(({text}) => text !== '' && !text.includes(thoughts()[0]!))).toBe(
      true,
    )
  })

  test('[CL43] a stopped answer stays as it was', async () => {
    const {tab, serverTexts} = await world({
      carriage: 'observed',
      settings: {model: {...quickModel, speed: 1, firstTokenDelayMs: [0, 0]}},
    })
    const {session} = await tab('A')
    const sent = session.send('And then?')
    await seen(session, ({messages}) => (messages[3]?.text.length ?? 0) > 0)
    await session.stop()
    await sent
    expect(session.view().messages.at(-1)?.status).toBe('stopped')
    await session.refetch()
    expect(shown(session)).toEqual(await serverTexts())
  })

  test('[CL11] [CL13] another answer and another wording make branches that can be leafed through', async () => {
    const {tab} = await world({carriage: 'observed'})
    const {session} = await tab('A')
    const [question, answer] = session.view().messages
    await session.regenerate(answer!.id)
    expect(session.view().messages.at(-1)?.branch).toMatchObject({index: 2})
    session.showBranch(answer!.id)
    expect(session.view().messages.at(-1)).toMatchObject({id: answer!.id, branch: {index: 1}})
    await session.edit(question!.id, 'In other words?')
    expect(session.view().messages[0]).toMatchObject({text: 'In other words?', branch: {index: 2}})
    expect(isAt(2)(session.view())).toBe(true)
  })

  test('[CC12] without push on the server the page says so and works', async () => {
    const {tab} = await world({carriage: 'observed', hasPush: false})
    const {session} = await tab('A')
    expect(session.view().connection).toEqual({name: 'no push', why: 'the server has none', mayAsk: false})
    await session.send('And then?')
    expect(isAt(4)(session.view())).toBe(true)
  })
})

describe('two tabs', () => {
  test('[CP1] [CC20] under observed, B hears that an answer is complete, and shows nothing until it refetches', async () => {
    const {tab, serverTexts, ledger} = await world({carriage: 'observed'})
    const [a, b] = [await tab('A'), await tab('B')]
    const before = refetches(b.stamps)
    await a.session.send('And then?')
    await expect.poll(() => pushIds(b.stamps)).toHaveLength(1)
    expect(ledger.flatMap((event) => (event.kind === 'pushed' ? [event.pushId] : []))).toContain(
      pushIds(b.stamps)[0],
    )
    expect(b.session.view().messages).toHaveLength(2)
    expect(refetches(b.stamps)).toBe(before)
    await b.session.refetch()
    expect(shown(b.session)).toEqual(await serverTexts())
  })

  test('[CP2] [CC21] under hint, B refetches by itself, and no replica that is behind misleads it', async () => {
    const {tab, serverTexts, servers, user, conversationId} = await world({
      carriage: 'hint',
      settings: {replicaLagMs: 800},
    })
    // The seeded conversation has to be in the replica before a tab can open it.
    const {session} = await tab('C', {}, null)
    const isReplicated = async () => {
      await session.openConversation(conversationId)
      return session.view().phase
    }
    await expect.poll(isReplicated, {timeout: 4_000}).toBe('ready')
    const b = await tab('B')
    await servers.control.commitMessage(user.id, conversationId, 'Said elsewhere')
    await seen(b.session, isAt(3), 600)
    expect(shown(b.session)).toEqual(await serverTexts())
  })

  test.each(['hint', 'content'] as const)(
    '[PG10] under %s an answer that another tab stopped is said to be, and by that tab nothing',
    async (carriage) => {
      const {tab} = await world({
        carriage,
        settings: {carriage, model: {...quickModel, speed: 1, firstTokenDelayMs: [0, 0]}},
      })
      const [a, b] = [await tab('A'), await tab('B')]
      const sent = a.session.send('And then?')
      await seen(a.session, ({messages}) => (messages[3]?.text.length ?? 0) > 0)
      const joined = b.session.openConversation(a.session.view().conversationId!)
      await seen(b.session, ({phase}) => phase === 'answering')
      await b.session.stop()
      await Promise.all([sent, joined])
      const told = await seen(a.session, ({notice}) => notice !== null)
      expect(told).toMatchObject({notice: 'This answer was stopped in another tab.'})
      expect(told.messages.at(-1)?.status).toBe('stopped')
      await seen(b.session, ({messages}) => messages.at(-1)?.status === 'stopped')
      expect(b.stamps.filter((stamp) => stamp.kind === 'notice' && stamp.text !== null)).toEqual([])
    },
  )

  test('[CP3] [CC22] under content, B shows message and answer without asking', async () => {
    const {tab, serverTexts} = await world({carriage: 'content'})
    const [a, b] = [await tab('A'), await tab('B')]
    const before = refetches(b.stamps)
    await a.session.send('And then?')
    await seen(b.session, isAt(4))
    expect(shown(b.session)).toEqual(await serverTexts())
    expect(refetches(b.stamps)).toBe(before)
  })

  test('[CC6] a tab that opens in the middle of an answer waits for it, and then shows all of it at once', async () => {
    const {tab, serverTexts} = await world({
      carriage: 'observed',
      settings: {model: {...quickModel, speed: 2, firstTokenDelayMs: [0, 0]}},
    })
    const a = await tab('A')
    const sent = a.session.send('And then?')
    await seen(a.session, ({messages}) => (messages[3]?.text.length ?? 0) > 0)
    const lengths = new Set<number>()
    const b = await tab('B')
    b.session.subscribe(() => lengths.add(b.session.view().messages[3]?.text.length ?? 0))
    await sent
    await seen(b.session, isAt(4))
    expect(shown(b.session)).toEqual(await serverTexts())
    expect(lengths.size).toBeLessThanOrEqual(2)
  })

  test('[CL11] [CL30] under observed, a tab that is behind forks, and the last leaf wins', async () => {
    const {tab, conversationId, servers} = await world({carriage: 'observed'})
    const [a, b] = [await tab('A'), await tab('B')]
    const parentId = b.session.view().messages.at(-1)!.id
    await a.session.send('From A')
    await b.session.send('From B')
    expect(b.session.view().messages[2]).toMatchObject({text: 'From B', parentId})
    await a.session.refetch()
    expect(a.session.view().messages[2]).toMatchObject({text: 'From B', branch: {index: 2}})
    expect(await servers.control.serverView(conversationId)).toHaveLength(4)
  })

  test.each<[Remedy, string]>([
    ['relay', '[PO6]'],
    ['poll', '[PO4]'],
  ])('under %s, B is right without being told (%s)', async (remedy) => {
    const {tab, serverTexts} = await world({carriage: 'observed'})
    const [a, b] = [await tab('A', {remedies: [remedy]}), await tab('B', {remedies: [remedy]})]
    await a.session.send('And then?')
    await seen(b.session, isAt(4))
    expect(shown(b.session)).toEqual(await serverTexts())
  })
})
