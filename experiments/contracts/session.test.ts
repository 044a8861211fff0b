/** The page's session against the real servers: virtual tabs on real sockets, one person, every carriage. */
import {afterEach, describe, expect, test} from 'vitest'
import {WebSocket as Socket} from 'ws'
import type {Carriage} from '#protocol/carriage.ts'
import type {LedgerEvent} from '#protocol/ledger-event.ts'
import type {Remedy} from '#protocol/policy.ts'
import type {ChatSession, SessionOptions, WitnessStamp} from '../../clients/sync/chat-session.ts'
import {nodeSurroundings} from '../../clients/sync/node-surroundings.ts'
import {createChatgptSession} from '../../clients/sync/chatgpt/session.ts'
import {defaultModelSettings} from '../../servers/model/model-settings.ts'
import {startServers} from '../../servers/start.ts'
import {seen} from '../virtual/virtual-tab.ts'

const leftovers: (() => void | Promise<void>)[] = []
afterEach(async () => {
  for (const end of leftovers.splice(0).toReversed()) await end()
})

const quickModel = {...defaultModelSettings, speed: 10}
/** Waits of the page shrink to this part, so that a reconnect takes milliseconds. */
const HASTE = 100

async function world(carriage: Carriage, exchanges = 1, model = quickModel) {
  const ledger: LedgerEvent[] = []
  const servers = await startServers(
    {port: 0, seed: 's', store: null, pageFolder: null, carriage, model, userCount: 0},
    (event) => ledger.push(event),
  )
  leftovers.push(() => servers.close())
  const user = await servers.control.createUser({})
  const {conversationId} = await servers.control.createConversation(user.id, exchanges)

  async function tab(
    name: string,
    extra: Partial<SessionOptions> = {},
    opens: string | null = conversationId,
  ) {
    const stamps: WitnessStamp[] = []
    const sockets: Socket[] = []
    const session = createChatgptSession(
      {
        baseUrl: servers.chatgpt.baseUrl,
        bearer: user.bearer,
        userId: user.id,
        accountId: user.accountId,
        tab: name,
        remedies: [],
        pollPace: 2_000,
        ...extra,
      },
      {
        ...nodeSurroundings({
          openSocket(url: string) {
            const socket = new Socket(url, {headers: {origin: servers.chatgpt.origin}})
            sockets.push(socket)
            return socket as unknown as WebSocket
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
    await seen(session, ({connection}) => connection.name === 'connected')
    return {session, stamps, sockets}
  }
  const serverTexts = async () =>
    (await servers.control.serverView(conversationId)).map(({id, chars}) => [id, chars])
  return {servers, user, conversationId, ledger, tab, serverTexts}
}

const shown = (session: ChatSession) => session.view().messages.map(({id, text}) => [id, text.length])
const isAt = (count: number) => (view: ReturnType<ChatSession['view']>) =>
  view.messages.length === count && view.messages.every(({status}) => status === 'complete')

describe('one tab', () => {
  test('[TU10] [TU20] sends, shows the answer grow, and ends with what the server has', async () => {
    const {tab, serverTexts} = await world('observed')
    const {session} = await tab('A')
    const grown = new Set<number>()
    session.subscribe(() => grown.add(session.view().messages.at(-1)?.text.length ?? 0))
    await session.send('And then?')
    expect(isAt(4)(session.view())).toBe(true)
    expect(shown(session)).toEqual(await serverTexts())
    expect(grown.size).toBeGreaterThan(3)
    expect(session.view().notice).toBeNull()
  })

  test('[TU5] a new chat gets its id, its title and its place in the list', async () => {
    const {tab} = await world('observed')
    const {session} = await tab('A', {}, null)
    await session.send('Hello')
    const view = await seen(session, ({conversations}) => conversations.length === 2)
    expect(view.conversationId).not.toBeNull()
    expect(view.title).not.toBe('')
    await seen(session, ({conversations, title}) => conversations.some((summary) => summary.title === title))
  })

  test('[TU11] a handed-off answer comes over its topic', async () => {
    const {tab, serverTexts} = await world('observed')
    const {session, stamps} = await tab('A', {model: 'scripted-thinking'})
    await session.send('Think')
    expect(isAt(4)(session.view())).toBe(true)
    expect(shown(session)).toEqual(await serverTexts())
    expect(
      stamps.filter((stamp) => stamp.kind === 'received' && stamp.topic?.startsWith('conversation-turn-')),
    ).not.toEqual([])
  })

  test('[ST5] [ST6] a stopped answer stays as it was', async () => {
    const {tab, serverTexts} = await world('observed', 1, {
      ...quickModel,
      speed: 1,
      firstTokenDelayMs: [0, 0],
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

  test('[TU5] another answer and another wording make branches that can be leafed through', async () => {
    const {tab} = await world('observed')
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
})

describe('two tabs', () => {
  test('[CA1] [CE30] under observed, B shows nothing until it refetches', async () => {
    const {tab, serverTexts, ledger} = await world('observed')
    const [a, b] = [await tab('A'), await tab('B')]
    await a.session.send('And then?')
    const isDelivered = () => ledger.some((event) => event.kind === 'delivered' && event.tab === 'B')
    await expect.poll(isDelivered).toBe(true)
    expect(b.session.view().messages).toHaveLength(2)
    await b.session.refetch()
    expect(shown(b.session)).toEqual(await serverTexts())
  })

  test('[CA2] under hint, B refetches by itself', async () => {
    const {tab, serverTexts} = await world('hint')
    const [a, b] = [await tab('A'), await tab('B')]
    await a.session.send('And then?')
    await seen(b.session, isAt(4))
    expect(shown(b.session)).toEqual(await serverTexts())
  })

  test('[CA3] under content, B shows message and answer as they come, without asking', async () => {
    const {tab, serverTexts} = await world('content')
    const [a, b] = [await tab('A'), await tab('B')]
    const reads = () =>
      b.stamps.filter((stamp) => stamp.kind === 'received' && stamp.via === 'refetch').length
    expect(reads()).toBe(1)
    const lengths = new Set<number>()
    b.session.subscribe(() => lengths.add(b.session.view().messages[3]?.text.length ?? 0))
    await a.session.send('And then?')
    await seen(b.session, isAt(4))
    expect(shown(b.session)).toEqual(await serverTexts())
    expect(lengths.size).toBeGreaterThan(3)
    expect(reads()).toBe(1)
  })

  test('[CA3] a tab that opens in the middle of an answer ends with all of it', async () => {
    const {tab, serverTexts} = await world('content', 1, {...quickModel, speed: 2, firstTokenDelayMs: [0, 0]})
    const a = await tab('A')
    const sent = a.session.send('And then?')
    await seen(a.session, ({messages}) => (messages[3]?.text.length ?? 0) > 0)
    const b = await tab('B')
    await sent
    await seen(b.session, isAt(4))
    expect(shown(b.session)).toEqual(await serverTexts())
  })

  test('[TU7] under observed, a tab that is behind forks', async () => {
    const {tab, conversationId, servers} = await world('observed')
    const [a, b] = [await tab('A'), await tab('B')]
    const parentId = b.session.view().messages.at(-1)!.id
    await a.session.send('From A')
    await b.session.send('From B')
    expect(b.session.view().messages[2]).toMatchObject({text: 'From B', parentId})
    expect(b.session.view().messages[2]?.branch).toBeUndefined()
    await a.session.refetch()
    expect(a.session.view().messages[2]).toMatchObject({text: 'From B', branch: {index: 2}})
    expect(await servers.control.serverView(conversationId)).toHaveLength(4)
  })

  test('[PO6] under relay, B hears from A directly', async () => {
    const {tab, serverTexts} = await world('observed')
    const remedies: readonly Remedy[] = ['relay']
    const [a, b] = [await tab('A', {remedies}), await tab('B', {remedies})]
    await a.session.send('And then?')
    await seen(b.session, isAt(4))
    expect(shown(b.session)).toEqual(await serverTexts())
  })

  test('[PO4] under poll, B is right after a while', async () => {
    const {tab, serverTexts} = await world('observed')
    const [a, b] = [await tab('A'), await tab('B', {remedies: ['poll']})]
    await a.session.send('And then?')
    await seen(b.session, isAt(4))
    expect(shown(b.session)).toEqual(await serverTexts())
  })
})

describe('a socket that breaks', () => {
  const missing = async (remedies: readonly Remedy[]) => {
    const opened = await world('content')
    const b = await opened.tab('B', {remedies})
    const heard = await opened.servers.control.commitMessage(opened.user.id, opened.conversationId, 'heard')
    await seen(b.session, ({messages}) => messages.at(-1)?.id === heard)
    b.sockets[0]!.terminate()
    await seen(b.session, ({connection}) => connection.name === 'waiting')
    await opened.servers.control.commitMessage(opened.user.id, opened.conversationId, 'missed')
    await seen(b.session, ({connection}) => connection.name === 'connected')
    return {...opened, b}
  }

  test('[PO3] [CE14] with resume, what passed meanwhile is caught up, once', async () => {
    const {b, serverTexts} = await missing(['resume'])
    await seen(b.session, isAt(4))
    expect(shown(b.session)).toEqual(await serverTexts())
    expect(b.stamps.filter((stamp) => stamp.kind === 'received' && stamp.via === 'refetch')).toHaveLength(1)
  })

  test('[PO2] without it, what was missed stays missed, and the next message makes the tab refetch', async () => {
    const {b, servers, user, conversationId, serverTexts} = await missing([])
    expect(b.session.view().messages).toHaveLength(3)
    await expect
      .poll(async () => {
        await servers.control.commitMessage(user.id, conversationId, 'next')
        return b.session.view().messages.length > 3
      })
      .toBe(true)
    await expect
      .poll(async () => JSON.stringify(shown(b.session)) === JSON.stringify(await serverTexts()))
      .toBe(true)
  })
})
