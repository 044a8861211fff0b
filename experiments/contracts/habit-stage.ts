/** For tests: real servers and virtual tabs whose pages have habits, each with a network that can be taken away. */
import {afterAll, beforeAll, onTestFinished} from 'vitest'
import {WebSocket as Socket} from 'ws'
import type {LedgerEvent} from '#protocol/ledger-event.ts'
import {OBSERVED_HABITS, type PageHabits} from '#protocol/page-habits.ts'
import type {Platform} from '#protocol/platform.ts'
import type {SendGuard} from '#protocol/send-guard.ts'
import type {ChatSession, Surroundings, WitnessStamp} from '../../clients/sync/chat-session.ts'
import {createChatgptSession} from '../../clients/sync/chatgpt/session.ts'
import {noPush} from '../../clients/sync/claude/no-push.ts'
import {createClaudeSession} from '../../clients/sync/claude/session.ts'
import {nodeSurroundings} from '../../clients/sync/node-surroundings.ts'
import {createVirtualPage} from '../../clients/sync/virtual-page.ts'
import type {UserSettings} from '../../servers/accounts/user.ts'
import {defaultModelSettings} from '../../servers/model/model-settings.ts'
import {startServers, type RunningServers} from '../../servers/start.ts'

/** Waits of the page shrink to this part; its limits on an answer do not: a busy machine is no dead one. */
const HASTE = 400
const LIMIT_MS = 60_000
const SEND = /\/(?:f\/conversation|completion)$/

/** What becomes of a turn's POST: it never leaves, its answer is lost, or cut before its first byte. */
export type Mishap = 'unsent' | 'lost' | 'cut'

export type HabitTab = {
  readonly session: ChatSession
  readonly stamps: readonly WitnessStamp[]
  /** Befalls the next POSTs, in this order. */
  readonly befall: (...mishaps: readonly Mishap[]) => void
  /** Nothing leaves while it is down. `sends`: how often the page tried to send, over a network or none. */
  readonly network: {isDown: boolean; readonly sends: number}
  readonly page: ReturnType<typeof createVirtualPage>
}

type Choices = {
  readonly habits?: Partial<PageHabits>
  readonly sendGuards?: readonly SendGuard[]
  readonly storage?: Surroundings['storage']
}

let servers: RunningServers
const book: LedgerEvent[] = []
beforeAll(async () => {
  const model = {...defaultModelSettings, instant: true}
  servers = await startServers(
    {port: 0, seed: 's', store: null, pageFolder: null, carriage: 'observed', model, userCount: 0},
    (event) => book.push(event),
  )
})
afterAll(() => servers.close())

export async function habitWorld(platform: Platform, settings: Partial<UserSettings> = {}) {
  const {baseUrl, origin} = servers[platform]
  const people = new Set<string>()
  async function newPerson() {
    const person = await servers.control.createUser(settings)
    people.add(person.id)
    return person
  }
  const first = await newPerson()
  const {conversationId} = await servers.control.createConversation(first.id, 1, platform)

  async function tab(name: string, choices: Choices = {}, person = first): Promise<HabitTab> {
    const {habits, sendGuards = [], storage} = choices
    const stamps: WitnessStamp[] = []
    const mishaps: Mishap[] = []
    const network = {isDown: false, sends: 0}
    const page = createVirtualPage()
    const unreliable: typeof fetch = async (input, init) => {
      const {pathname} = new URL(input instanceof Request ? input.url : input)
      const isSend = SEND.test(pathname)
      if (isSend) network.sends += 1
      const mishap = isSend ? mishaps.shift() : undefined
      if (network.isDown || mishap === 'unsent') throw new TypeError('fetch failed')
      const response = await fetch(input, init)
      if (mishap === undefined) return response
      await response.body?.cancel()
      if (mishap === 'lost') throw new TypeError('terminated')
      return new Response(new ReadableStream({start: (body) => body.error(new TypeError('terminated'))}))
    }
    const options = {
      baseUrl,
      bearer: person.bearer,
      userId: person.id,
      accountId: platform === 'claude' ? person.organizationId : person.accountId,
      tab: name,
      remedies: [],
      pollPace: 2_000,
      sendGuards,
      ...(habits && {habits: {...OBSERVED_HABITS, ...habits}}),
    }
    const surroundings = nodeSurroundings(
      {
        openSocket: (url: string) => new Socket(url, {headers: {origin}}) as unknown as WebSocket,
        push: noPush('no push here'),
        openRelay: () => null,
        witness: (event: WitnessStamp) => void stamps.push(event),
      },
      {
        fetch: unreliable,
        page,
        ...(storage && {storage}),
        setTimer(run, delayMs) {
          const timer = setTimeout(run, delayMs < LIMIT_MS ? delayMs / HASTE : delayMs)
          return () => clearTimeout(timer)
        },
      },
    )
    const session =
      platform === 'claude'
        ? createClaudeSession(options, surroundings)
        : createChatgptSession(options, surroundings)
    onTestFinished(() => session.close())
    await session.start()
    await session.openConversation(conversationId)
    return {session, stamps, befall: (...next) => void mishaps.push(...next), network, page}
  }

  const written = () => book.filter((event) => 'userId' in event && people.has(event.userId ?? ''))
  /** The persons' messages of this length, as they were committed. */
  const committed = (chars: number) =>
    written().flatMap((event) =>
      event.kind === 'committed' && event.role === 'user' && event.chars === chars ? [event] : [],
    )
  return {
    tab,
    newPerson,
    conversationId,
    committed,
    sends: () =>
      written().flatMap((event) => (event.kind === 'asked' && event.what === 'send' ? [event] : [])),
    /** Whose requests a tab has made since it had made so many. */
    requestsOf: (tabName: string, from = 0) =>
      written()
        .flatMap((event) => (event.kind === 'asked' && event.tab === tabName ? [event.userId] : []))
        .slice(from),
    serverIds: async () => (await servers.control.serverView(conversationId)).map(({id}) => id),
  }
}

export const idsOf = ({session}: Pick<HabitTab, 'session'>) => session.view().messages.map(({id}) => id)
export const actsOf = ({stamps}: Pick<HabitTab, 'stamps'>) => stamps.filter(({kind}) => kind === 'acted')
