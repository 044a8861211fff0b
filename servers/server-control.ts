/** What a runner may do to running servers behind the imitated product's back. Invented; harness only. */
import {randomUUID} from 'node:crypto'
import {monitorEventLoopDelay} from 'node:perf_hooks'
import {textHash} from '#protocol/text-hash.ts'
import type {Accounts} from './accounts/accounts.ts'
import type {User, UserSettings} from './accounts/user.ts'
import type {Celsius} from './celsius/celsius.ts'
import type {ConversationStore} from './conversation/conversation-store.ts'
import type {StoredMessage} from './conversation/message.ts'
import type {Publisher} from './conversation/publisher.ts'
import {pathTo} from './conversation/tree.ts'
import {planAnswer} from './model/answer-plan.ts'
import {promptText, titleText} from './model/words.ts'
import type {Turns} from './platforms/chatgpt/turns.ts'
import {toWire} from './platforms/chatgpt/wire-message.ts'

export type ViewedMessage = {
  readonly id: string
  readonly chars: number
  readonly textHash: string
  readonly status: StoredMessage['status']
}

export interface ServerControl {
  createUser(settings: Partial<UserSettings>): Promise<Pick<User, 'id' | 'accountId' | 'bearer'>>
  /** Closes their sockets and forgets them and what they wrote. */
  removeUser(userId: string): Promise<void>
  /** With seeded texts; committed and in the ledger, but announced to nobody. */
  createConversation(
    userId: string,
    exchanges: number,
  ): Promise<{readonly conversationId: string; readonly messageIds: readonly string[]}>
  /** A message of the assistant outside of any turn, at the current leaf: committed, recorded, announced. Its id. */
  commitMessage(userId: string, conversationId: string, text: string): Promise<string>
  /** The path to the current leaf. */
  serverView(conversationId: string): Promise<readonly ViewedMessage[]>
  promptText(key: string, words: number): Promise<string>
  /** Since the last call. How late the event loop was, beyond the sampling interval itself. */
  eventLoopDelay(): Promise<{readonly p99Ms: number; readonly maxMs: number}>
  drain(overMs: number): Promise<void>
}

export type ControlParts = {
  readonly accounts: Accounts
  readonly store: ConversationStore
  readonly publisher: Publisher
  readonly celsius: Celsius
  readonly turns: Turns
  readonly defaultSettings: UserSettings
}

/** Long enough that sampling costs nothing, short enough to see what would spoil a latency. */
const SAMPLE_EVERY_MS = 5
const PROMPT_WORDS = 9

export function createServerControl(parts: ControlParts): ServerControl & {close(): void} {
  const {accounts, store, publisher, celsius, turns, defaultSettings} = parts
  const delays = monitorEventLoopDelay({resolution: SAMPLE_EVERY_MS})
  delays.enable()

  const userOf = (userId: string): User => {
    const user = accounts.byId(userId)
    if (!user) throw new TypeError('no such user')
    return user
  }

  function write(conversationId: string, parentId: string | null, role: StoredMessage['role'], text: string) {
    const ofMessage = {conversationId, parentId, role, text, turnId: null, model: null}
    return store.addMessage({...ofMessage, id: randomUUID(), status: 'complete'})
  }

  return {
    async createUser(settings) {
      const {id, accountId, bearer} = accounts.create({...defaultSettings, ...settings})
      return {id, accountId, bearer}
    },
    async removeUser(userId) {
      turns.abandonUser(userId)
      accounts.remove(userId)
      celsius.disconnectUser(userId)
      store.removeUser(userId)
    },
    async createConversation(userId, exchanges) {
      const user = userOf(userId)
      const {model} = user.settings
      const key = `${model.seed}/seeded`
      const conversationId = randomUUID()
      const messages = store.transaction(() => {
        store.create({id: conversationId, userId, title: titleText(key)})
        const written: StoredMessage[] = []
        for (let index = 0; index < exchanges; index++) {
          const prompt = promptText(`${key}/${index}`, PROMPT_WORDS)
          const answer = planAnswer(model, `seeded/${index}`).tokens.join('')
          written.push(write(conversationId, written.at(-1)?.id ?? null, 'user', prompt))
          written.push(write(conversationId, written.at(-1)!.id, 'assistant', answer))
        }
        return written
      })
      for (const message of messages) publisher.committed(user, message)
      return {conversationId, messageIds: messages.map(({id}) => id)}
    },
    async commitMessage(userId, conversationId, text) {
      const user = userOf(userId)
      const conversation = store.find(conversationId, userId)
      if (!conversation) throw new TypeError('no such conversation')
      const message = write(conversationId, conversation.leafId, 'assistant', text)
      publisher.committed(user, message)
      publisher.announce(user, conversationId, {type: 'message-committed', message: toWire(message)})
      return message.id
    },
    async serverView(conversationId) {
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
    drain: (overMs) => celsius.drain(overMs),
    close: () => void delays.disable(),
  }
}
