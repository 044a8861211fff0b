/** A Claude tab for tests: a session whose network, clock, chance, pushes and page are all in the test's hand. */
import type {CompletionRequest} from '#protocol/claude/completion-request.ts'
import type {CompletionNotice} from '#protocol/claude/worker-message.ts'
import type {Remedy} from '#protocol/policy.ts'
import type {SendGuard} from '#protocol/send-guard.ts'
import type {WitnessStamp} from '../chat-session.ts'
import {createTestClock, until} from '../test-clock.ts'
import {json, testStream} from '../test-http.ts'
import {createVirtualPage} from '../virtual-page.ts'
import type {ClaudeSurroundings, HeardPush, PushToken} from './claude-surroundings.ts'
import type {RetryMode} from './defaults.ts'
import {createClaudeSession} from './session.ts'
import {claudeConversation, claudeMessage, uuid} from './test-completion.ts'

export type Asked = {
  readonly method: string
  /** Below the organization. */
  readonly path: string
  readonly query: URLSearchParams
  readonly headers: Headers
  readonly body: unknown
}
type Answer = (asked: Asked) => Response | Promise<Response>

const BASE = '/api/organizations/org'
/** The conversation that a ready tab has open. */
export const C1 = `/chat_conversations/${uuid('c1')}`

export const channel = {uuid: uuid('ch'), channel_type: 'FCM', client_platform: 'web', status: 'ACTIVE'}

export const notPending = {is_pending: false, is_error: false, error_code: null, error_detail: null}

export const refusal = (status: number, message: string, type = 'invalid_request_error') =>
  json({type: 'error', error: {type, message}}, status)

type Setup = {
  readonly remedies?: readonly Remedy[]
  readonly routes?: Record<string, Answer>
  readonly token?: PushToken
  readonly model?: string
  readonly retryMode?: RetryMode
  readonly sendGuards?: readonly SendGuard[]
}

export function testClaudeTab({
  remedies = [],
  routes = {},
  token,
  model,
  retryMode,
  sendGuards = [],
}: Setup = {}) {
  const clock = createTestClock()
  const asked: Asked[] = []
  const stamps: (WitnessStamp & {at?: number})[] = []
  const seen: string[] = []
  const notices: CompletionNotice[] = []
  const page = createVirtualPage()
  const pushListeners = new Set<(push: HeardPush) => void>()
  const permissionListeners = new Set<() => void>()
  const storage = new Map<string, string>([['tabwitness-device', 'd']])
  let given: PushToken = token ?? {ok: true, token: 'fcm-token'}
  let ids = 0
  let stamp = 0

  const answers: Record<string, Answer> = {
    'GET /api/tabwitness/push': () => json({firebaseConfig: {projectId: 'p'}, vapidKey: 'k'}),
    'POST /notification/channels': () => json(channel),
    'GET /chat_conversations_v2': () => json({data: [], has_more: false}),
    ...routes,
  }

  const surroundings: ClaudeSurroundings = {
    ...clock,
    async fetch(input, init) {
      const {pathname, searchParams} = new URL(input instanceof Request ? input.url : input)
      const method = init?.method ?? 'GET'
      const body: unknown = typeof init?.body === 'string' ? JSON.parse(init.body) : null
      const path = pathname.startsWith(BASE) ? pathname.slice(BASE.length) : pathname
      const request = {method, path, query: searchParams, headers: new Headers(init?.headers), body}
      asked.push(request)
      const answer = answers[`${method} ${path}`]
      return answer ? answer(request) : refusal(404, 'Not found', 'not_found_error')
    },
    stampNow: () => (stamp += 1),
    random: () => 0.5,
    newId: () => uuid(`id${(ids += 1)}`),
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
    push: {
      token: (_, deadToken) =>
        Promise.resolve(
          given.ok && given.token === deadToken ? {...given, token: `after ${deadToken}`} : given,
        ),
      onPush: (listener) => listening(pushListeners, listener),
      onPermission: (listener) => listening(permissionListeners, listener),
      seen: (messageId) => void seen.push(messageId),
      showCompletion: (notice) => void notices.push(notice),
    },
  }
  const session = createClaudeSession(
    {
      baseUrl: 'http://127.0.0.1:1',
      bearer: 'b',
      userId: 'u',
      accountId: 'org',
      tab: 'A',
      remedies,
      pollPace: 1_000,
      sendGuards,
      ...(model !== undefined && {model}),
    },
    surroundings,
    retryMode,
  )

  const reads = () => asked.filter(({method, path}) => method === 'GET' && path === C1)
  return {
    session,
    clock,
    asked,
    stamps,
    seen,
    notices,
    paths: () => asked.map(({method, path}) => `${method} ${path}`),
    /** The reads of the open conversation. */
    reads,
    texts: () => session.view().messages.map(({text, status}) => `${text} (${status})`),
    route: (name: string, answer: Answer) => void (answers[name] = answer),
    push(data: Record<string, string>, id = 'push-1'): void {
      for (const listener of pushListeners) listener({id, data, at: 7, bytes: 100})
    },
    turnPage: page.turn,
    wake: page.wake,
    allow(): void {
      given = {ok: true, token: 'fcm-token'}
      for (const listener of permissionListeners) listener()
    },
    /** The ids that the latest completion was asked for under. */
    turnIds(): {promptId: string; answerId: string} {
      const body = asked.findLast(({path}) => path.endsWith('/completion'))?.body as CompletionRequest
      const {human_message_uuid, assistant_message_uuid} = body.turn_message_uuids!
      return {promptId: human_message_uuid, answerId: assistant_message_uuid}
    },
  }
}

function listening<T>(listeners: Set<T>, listener: T): () => void {
  listeners.add(listener)
  return () => listeners.delete(listener)
}

export const question = claudeMessage('q1', 'What?')
export const reply = claudeMessage('a1', 'That.', {parent: 'q1', sender: 'assistant'})

/** A tab in conversation `c1` (question and reply), registered, whose next completion is answered by `stream`. */
export async function readyClaudeTab(setup: Setup = {}) {
  const stream = testStream()
  const tab = testClaudeTab({
    ...setup,
    routes: {
      [`GET ${C1}`]: () => json(claudeConversation('c1', [question, reply])),
      [`GET ${C1}/completion_status`]: () => json(notPending),
      [`PUT ${C1}/current_leaf_message_uuid`]: () => json({}),
      [`POST ${C1}/completion`]: () => stream.response,
      ...setup.routes,
    },
  })
  await tab.session.start()
  await until(() => tab.session.view().connection.name === 'connected')
  await tab.session.openConversation(uuid('c1'))
  return {...tab, stream}
}
