/** A tab for tests: a session whose network, clock, chance and page are all in the test's hand. */
import type {Remedy} from '#protocol/policy.ts'
import type {PollPace} from '#protocol/policy.ts'
import type {SendGuard} from '#protocol/send-guard.ts'
import type {WitnessStamp} from '../chat-session.ts'
import type {ChatgptSurroundings} from './chatgpt-surroundings.ts'
import {createChatgptSession} from './session.ts'
import {createTestClock, until} from '../test-clock.ts'
import {json, testStream} from '../test-http.ts'
import {createVirtualPage} from '../virtual-page.ts'
import {testConversation, testMessage} from './test-conversation.ts'
import {TestSocket} from './test-socket.ts'

export type Asked = {
  readonly method: string
  readonly path: string
  readonly headers: Headers
  readonly body: unknown
}
type Answer = (asked: Asked) => Response | Promise<Response>

type Setup = {
  readonly remedies?: readonly Remedy[]
  readonly routes?: Record<string, Answer>
  readonly storage?: Map<string, string>
  readonly pollPace?: PollPace
  readonly sendGuards?: readonly SendGuard[]
}

export function testTab({
  remedies = [],
  routes = {},
  storage = new Map(),
  pollPace = 1_000,
  sendGuards = [],
}: Setup = {}) {
  const clock = createTestClock()
  const sockets: TestSocket[] = []
  const asked: Asked[] = []
  const stamps: (WitnessStamp & {at?: number})[] = []
  const page = createVirtualPage()
  let ids = 0
  let stamp = 0

  const answers: Record<string, Answer> = {
    'GET /backend-api/celsius/ws/user': () =>
      json({websocket_url: 'ws://127.0.0.1:1/p3/ws/user/u__a?verify=1-0'}),
    'GET /backend-api/conversations': () => json({items: [], total: 0, limit: 28, offset: 0}),
    'POST /backend-api/sentinel/chat-requirements/prepare': () =>
      json({
        prepare_token: 'p',
        turnstile: {required: false},
        proofofwork: {required: false, seed: 's', difficulty: '0'},
      }),
    'POST /backend-api/sentinel/chat-requirements/finalize': () => json({token: 's'}),
    'POST /backend-api/f/conversation/prepare': () => json({status: 'ok', conduit_token: 'c'}),
    ...routes,
  }

  const surroundings: ChatgptSurroundings = {
    ...clock,
    async fetch(input, init) {
      const {pathname} = new URL(input instanceof Request ? input.url : input)
      const method = init?.method ?? 'GET'
      const body: unknown = typeof init?.body === 'string' ? JSON.parse(init.body) : null
      const request = {method, path: pathname, headers: new Headers(init?.headers), body}
      asked.push(request)
      const answer = answers[`${method} ${pathname}`]
      return answer ? answer(request) : json({detail: 'Not found'}, 404)
    },
    openSocket(url) {
      const socket = new TestSocket(url)
      sockets.push(socket)
      return socket as unknown as WebSocket
    },
    // Never twice the same, and as far apart as the clock says.
    stampNow: () => clock.now() + (stamp += 0.001),
    random: () => 0.5,
    newId: () => `id-${(ids += 1)}`,
    pageState: page.pageState,
    onPageState: page.onPageState,
    onWake: page.onWake,
    openRelay: (name) => new BroadcastChannel(name),
    storage: {
      get: (key) => storage.get(key) ?? null,
      set: (key, value) => void storage.set(key, value),
      remove: (key) => void storage.delete(key),
    },
    witness: (event, at) => void stamps.push(at === undefined ? event : {...event, at}),
  }
  const session = createChatgptSession(
    {
      baseUrl: 'http://127.0.0.1:1',
      bearer: 'b',
      userId: 'u',
      accountId: 'a',
      tab: 'A',
      remedies,
      pollPace,
      sendGuards,
    },
    surroundings,
  )

  return {
    session,
    clock,
    sockets,
    asked,
    stamps,
    storage,
    paths: () => asked.map(({method, path}) => `${method} ${path}`),
    texts: () => session.view().messages.map(({text, status}) => `${text} (${status})`),
    route: (name: string, answer: Answer) => void (answers[name] = answer),
    turnPage: page.turn,
    wake: page.wake,
    [Symbol.dispose]: () => session.close(),
  }
}

export const question = testMessage('q1', 'What?', {parent: 'root'})
export const reply = testMessage('a1', 'That.', {parent: 'q1', role: 'assistant'})

/** A tab in conversation `c1` (question and reply), connected, whose next POST is answered by `stream`. */
export async function readyTab(setup: Setup = {}) {
  const stream = testStream()
  const tab = testTab({
    ...setup,
    routes: {
      'GET /backend-api/conversation/c1': () => json(testConversation('c1', [question, reply])),
      'POST /backend-api/f/conversation': () => stream.response,
      ...setup.routes,
    },
  })
  await tab.session.start()
  await until(() => tab.sockets.length === 1)
  tab.sockets[0]!.open()
  tab.sockets[0]!.answer()
  await tab.session.openConversation('c1')
  tab.sockets[0]!.answer()
  return {...tab, stream, socket: tab.sockets[0]!}
}
