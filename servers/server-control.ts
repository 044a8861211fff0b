/** What a runner may do to running servers behind the imitated product's back. Invented; harness only. Rules CE25, CE42, CE48. */
import {randomUUID} from 'node:crypto'
import {monitorEventLoopDelay} from 'node:perf_hooks'
import {PLATFORMS, type Platform} from '#protocol/platform.ts'
import {textHash} from '#protocol/text-hash.ts'
import type {Accounts} from './accounts/accounts.ts'
import type {User, UserSettings} from './accounts/user.ts'
import type {StoredMessage} from './conversation/message.ts'
import {pathTo} from './conversation/tree.ts'
import {planAnswer} from './model/answer-plan.ts'
import {promptText, titleText} from './model/words.ts'
import type {ComposedChatgpt} from './platforms/chatgpt/compose.ts'
import type {ComposedPlatform} from './platforms/composed-platform.ts'
import type {Strain} from './strain.ts'
import {createTaskControl, type TaskControl} from './task-control.ts'
import type {Scheduler} from './tasks/scheduler.ts'

export type ViewedMessage = {
  readonly id: string
  readonly chars: number
  readonly textHash: string
  readonly status: StoredMessage['status']
}

export interface ServerControl extends TaskControl {
  /** Known on every platform. */
  createUser(
    settings: Partial<UserSettings>,
  ): Promise<Pick<User, 'id' | 'accountId' | 'organizationId' | 'bearer'>>
  /** Closes their sockets and forgets them and what they wrote, on every platform. */
  removeUser(userId: string): Promise<void>
  /** With seeded texts; committed and in the ledger, but announced to nobody. On ChatGPT unless said otherwise. */
  createConversation(
    userId: string,
    exchanges: number,
    platform?: Platform,
  ): Promise<{readonly conversationId: string; readonly messageIds: readonly string[]}>
  /** A message of the assistant outside of any turn, at the current leaf: committed, recorded, announced. Its id. */
  commitMessage(userId: string, conversationId: string, text: string): Promise<string>
  /** The path to the current leaf. */
  serverView(conversationId: string): Promise<readonly ViewedMessage[]>
  promptText(key: string, words: number): Promise<string>
  /** Since the last call. How late the event loop was, beyond the sampling interval itself. */
  eventLoopDelay(): Promise<{readonly p99Ms: number; readonly maxMs: number}>
  /** A proxy of ours at this port of 127.0.0.1 stands in front of a platform: see ER5 and CL54. */
  addFront(port: number): Promise<void>
  /** Closes every socket with 1012, spread evenly over the time, and lets nobody in until the drain is ended. */
  drain(overMs: number): Promise<void>
  endDrain(): Promise<void>
  /** Closes every socket with 1013 at once, and refuses sockets and requests of the APIs, naming when to come back. */
  overload(retryAfterS: number): Promise<void>
  endOverload(): Promise<void>
  /** Whatever begins from now on begins so much later; 0 ends it. */
  slow(ms: number): Promise<void>
}

export type ControlParts = {
  readonly accounts: Accounts
  /** No conversation is on two of them. */
  readonly platforms: {readonly chatgpt: ComposedChatgpt; readonly claude: ComposedPlatform}
  readonly defaultSettings: UserSettings
  readonly strain: Strain
  readonly scheduler: Scheduler
  readonly reachLimit: (userId: string) => void
  readonly forgetLimit: (userId: string) => void
  readonly addFront: (port: number) => void
}

/** Long enough that sampling costs nothing, short enough to see what would spoil a latency. */
const SAMPLE_EVERY_MS = 5
const PROMPT_WORDS = 9

export function createServerControl(parts: ControlParts): ServerControl & {close(): void} {
  const {accounts, platforms, defaultSettings, strain, scheduler} = parts
  const delays = monitorEventLoopDelay({resolution: SAMPLE_EVERY_MS})
  delays.enable()

  const userOf = (userId: string): User => {
    const user = accounts.byId(userId)
    if (!user) throw new TypeError('no such user')
    return user
  }

  const holderOf = (conversationId: string): ComposedPlatform => {
    const name = PLATFORMS.find((platform) => platforms[platform].store.any(conversationId))
    if (name === undefined) throw new TypeError('no such conversation')
    return platforms[name]
  }

  function write(
    {store, newMessageId}: ComposedPlatform,
    conversationId: string,
    parentId: string | null,
    role: StoredMessage['role'],
    text: string,
  ) {
    const ofMessage = {conversationId, parentId, role, text, turnId: null, model: null}
    return store.addMessage({...ofMessage, id: newMessageId(), status: 'complete'})
  }

  return {
    ...createTaskControl({platforms, scheduler, reachLimit: parts.reachLimit, userOf, holderOf}),
    async createUser(settings) {
      const {id, accountId, organizationId, bearer} = accounts.create({...defaultSettings, ...settings})
      return {id, accountId, organizationId, bearer}
    },
    async removeUser(userId) {
      accounts.remove(userId)
      parts.forgetLimit(userId)
      for (const name of PLATFORMS) {
        const {recent, tasks, forget, store} = platforms[name]
        recent.abandonUser(userId)
        tasks.forgetUser(userId)
        forget(userId)
        store.removeUser(userId)
      }
    },
    async createConversation(userId, exchanges, platform = 'chatgpt') {
      const user = userOf(userId)
      const holder = platforms[platform]
      const {store, publisher} = holder
      const {model} = user.settings
      const key = `${model.seed}/seeded`
      const conversationId = randomUUID()
      const messages = store.transaction(() => {
        store.create({id: conversationId, userId, title: titleText(key)})
        const written: StoredMessage[] = []
        for (let index = 0; index < exchanges; index++) {
          const prompt = promptText(`${key}/${index}`, PROMPT_WORDS)
          const answer = planAnswer(model, `seeded/${index}`).tokens.join('')
          written.push(write(holder, conversationId, written.at(-1)?.id ?? null, 'user', prompt))
          written.push(write(holder, conversationId, written.at(-1)!.id, 'assistant', answer))
        }
        return written
      })
      for (const message of messages) publisher.committed(user, message)
      return {conversationId, messageIds: messages.map(({id}) => id)}
    },
    async commitMessage(userId, conversationId, text) {
      const user = userOf(userId)
      const holder = holderOf(conversationId)
      const {store, publisher} = holder
      const conversation = store.find(conversationId, userId)
      if (!conversation) throw new TypeError('no such conversation')
      const message = write(holder, conversationId, conversation.leafId, 'assistant', text)
      publisher.committed(user, message)
      publisher.announce(user, conversationId, {type: 'message-committed', message})
      return message.id
    },
    async serverView(conversationId) {
      const {store} = holderOf(conversationId)
      const conversation = store.any(conversationId)
      if (!conversation) throw new TypeError('no such conversation')
      return pathTo(store.messages(conversationId), conversation.leafId).map(({id, text, status}) => ({
        id,
        chars: text.length,
        textHash: textHash(text),
        status,
      }))
    },
    promptText: async (key, words) => promptText(key, words),
    async eventLoopDelay() {
      const beyond = (ns: number) => Math.max(0, ns / 1e6 - SAMPLE_EVERY_MS)
      const hadSamples = delays.count > 0
      const measured = {p99Ms: beyond(delays.percentile(99)), maxMs: beyond(delays.max)}
      delays.reset()
      return hadSamples ? measured : {p99Ms: 0, maxMs: 0}
    },
    async addFront(port) {
      if (!Number.isInteger(port) || port < 1 || port > 65_535) throw new TypeError('no such port')
      parts.addFront(port)
    },
    drain: (overMs) => platforms.chatgpt.drain(overMs),
    endDrain: async () => platforms.chatgpt.endDrain(),
    async overload(retryAfterS) {
      strain.retryAfterS = retryAfterS
      platforms.chatgpt.closeSockets('overloaded')
    },
    async endOverload() {
      strain.retryAfterS = null
    },
    async slow(ms) {
      strain.slowMs = ms
    },
    close: () => void delays.disable(),
  }
}
