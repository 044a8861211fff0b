/** For tests of triggers: servers whose pushes are heard at the sender, a person, and what each platform's channel tells them. */
import {expect} from 'vitest'
import {readServerFrame, type ReceivedMessage} from '#protocol/celsius-frame.ts'
import type {LedgerEvent} from '#protocol/ledger-event.ts'
import {CONVERSATIONS} from '#protocol/topics.ts'
import type {UserSettings} from './accounts/user.ts'
import {openTab} from './celsius/test-channel.ts'
import type {PushSender} from './fcm/push-sender.ts'
import {defaultModelSettings} from './model/model-settings.ts'
import {createCaller} from './platforms/chatgpt/caller.ts'
import {createCaller as createClaudeCaller} from './platforms/claude/caller.ts'
import {startServers, type RunningServers} from './start.ts'

export type Pushed = {readonly token: string; readonly data: Readonly<Record<string, string>>}

export type TestTriggers = RunningServers & {
  readonly ledger: LedgerEvent[]
  readonly pushed: readonly Pushed[]
  readonly person: (settings?: Partial<UserSettings>) => Promise<TestPerson>
}

export type TestPerson = Awaited<ReturnType<ReturnType<typeof personOf>>>

export async function startTestTriggers(seed: string): Promise<TestTriggers> {
  const ledger: LedgerEvent[] = []
  const pushed: Pushed[] = []
  const sender: PushSender = {
    async send(token, data) {
      pushed.push({token, data})
      return {ok: true, messageId: `push-${pushed.length}`}
    },
    close: async () => {},
  }
  const servers = await startServers(
    {
      port: 0,
      seed,
      store: null,
      pageFolder: null,
      carriage: 'observed',
      model: {...defaultModelSettings, instant: true},
      userCount: 0,
      fcm: {handOverUrl: '', page: {firebaseConfig: {}, vapidKey: ''}},
    },
    (event) => ledger.push(event),
    async () => sender,
  )
  return {...servers, ledger, pushed, person: personOf(servers, ledger, pushed)}
}

const personOf =
  (servers: RunningServers, ledger: readonly LedgerEvent[], pushed: readonly Pushed[]) =>
  async (settings: Partial<UserSettings> = {}) => {
    const {control, chatgpt, claude} = servers
    const user = await control.createUser(settings)
    const caller = createCaller(chatgpt.baseUrl, user.bearer)
    const claudeCaller = createClaudeCaller(claude.baseUrl, user)

    /** Of the ledger, without lines about requests and connections. */
    const book = () =>
      ledger.filter((event) => 'userId' in event && event.userId === user.id && !NOISE.has(event.kind))

    return {
      user,
      caller,
      claudeCaller,
      book,
      kinds: () => book().map(wordOf),
      seeded: (platform: 'chatgpt' | 'claude') => control.createConversation(user.id, 1, platform),
      /** A tab's socket on ChatGPT that follows `conversations`; the messages it was told. */
      async follow() {
        const {websocket_url} = await caller.read<{websocket_url: string}>('/backend-api/celsius/ws/user')
        const tab = await openTab(`${websocket_url}&tab=A`, {origin: chatgpt.origin})
        await tab.connect()
        await tab.subscribe(CONVERSATIONS)
        return {
          close: () => tab.socket.close(),
          frames: tab.frames,
          messages: (): readonly ReceivedMessage[] =>
            tab.frames.flatMap((frame) => readServerFrame(frame)).filter((item) => item.type === 'message'),
          until: tab.messageCount,
        }
      },
      /** A browser on Claude.ai that is registered for pushes; what it was pushed. */
      async register() {
        const token = `token-of-${user.id}`
        const registered = await claudeCaller.call('POST', '/notification/channels', {
          channel_type: 'FCM',
          client_app_name: 'claude-ai-web',
          client_platform: 'web_claude_ai',
          registration_token: token,
        })
        expect(registered.status).toBe(200)
        return () => pushed.flatMap((push) => (push.token === token ? [push.data] : []))
      },
    }
  }

const NOISE: ReadonlySet<LedgerEvent['kind']> = new Set([
  'asked',
  'connected',
  'disconnected',
  'delivered',
  'pushed',
])

const wordOf = (event: LedgerEvent): string => {
  if (event.kind === 'task') return `${event.of} ${event.phase}`
  if (event.kind === 'approval') return `approval ${event.phase}`
  return event.kind
}
