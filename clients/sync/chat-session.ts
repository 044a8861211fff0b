/**
 * What a page needs from the sync side, and what the sync side needs from its surroundings.
 * No DOM here: the same session runs in a tab and, as a virtual tab, in Node.
 */
import type {SHOWN_STATUSES} from '#protocol/known-message.ts'
import type {PageHabits} from '#protocol/page-habits.ts'
import type {PollPace, Remedy} from '#protocol/policy.ts'
import type {SendGuard} from '#protocol/send-guard.ts'
import type {WitnessEvent} from '#protocol/witness-event.ts'

export type MessageStatus = (typeof SHOWN_STATUSES)[number]

export type ShownMessage = {
  readonly id: string
  readonly role: 'user' | 'assistant'
  readonly text: string
  /** What the model thought before it spoke, as far as the platform shows it. */
  readonly thinking?: string | undefined
  readonly status: MessageStatus
  readonly parentId: string | null
  /** It is `sending`, and waits for the network. */
  readonly isHeld?: true
  /** Where this message stands among its siblings; absent when it has none. `index` counts from 1. */
  readonly branch?: {readonly index: number; readonly siblings: readonly string[]}
}

export type ConversationSummary = {readonly id: string; readonly title: string; readonly unread: boolean}

/** Said in words by the page: "Connected", "Reconnecting in 4 s (attempt 2)", "No push: permission denied". */
export type ConnectionView =
  | {readonly name: 'connecting'; readonly attempt: number}
  /** By push a browser is at first only registered; that pushes arrive is known from the first one. */
  | {readonly name: 'connected'; readonly push?: 'registered' | 'heard'}
  /** There can be no push here, for now. `mayAsk`: it is for the person to allow it. */
  | {readonly name: 'no push'; readonly why: string; readonly mayAsk: boolean}
  | {readonly name: 'waiting'; readonly attempt: number; readonly retryAtMs: number}
  | {readonly name: 'stopped'; readonly why: string}

export type ChatView = {
  readonly connection: ConnectionView
  readonly conversations: readonly ConversationSummary[]
  readonly conversationId: string | null
  readonly title: string
  /** What the conversation is answered by, as far as this tab knows, and what can be chosen instead. */
  readonly model: string
  readonly models: readonly string[]
  readonly messages: readonly ShownMessage[]
  readonly phase: 'loading' | 'ready' | 'answering' | 'missing'
  /** One sentence for the person, or null. */
  readonly notice: string | null
  /** What the person wanted to send waits for a decision: show the changes, or send anyway. The notice says so, too. */
  readonly conflict: SendConflict | null
  /** A tool waits for the person's word: the oldest that does, by its id. Null where none does, or the platform has no such thing. */
  readonly approvalId: string | null
  /** A message that did not arrive can be sent once more as it was, under the ids it had: `regenerate` of it. */
  readonly canTryAgain: boolean
}

export type SendConflict = {
  /** What was written; null where another answer was asked for. */
  readonly text: string | null
  /** Where the conversation stands, as far as anybody said. */
  readonly currentLeafId: string | null
  /** Whether the server refused it, or the page did not even send it. */
  readonly why: 'refused' | 'warned'
}

export interface ChatSession {
  view(): ChatView
  /** Calls `listener` after every change of the view, synchronously. */
  subscribe(listener: () => void): () => void
  start(): Promise<void>
  openConversation(conversationId: string): Promise<void>
  newConversation(): void
  send(text: string): Promise<void>
  stop(): Promise<void>
  edit(messageId: string, text: string): Promise<void>
  regenerate(messageId: string): Promise<void>
  showBranch(messageId: string): void
  /** Of the open conversation, as the next three. */
  rename(title: string): Promise<void>
  /** Leads to a new chat. */
  deleteConversation(): Promise<void>
  /** It answers whatever is asked from now on, in every tab that knows of it. */
  chooseModel(model: string): Promise<void>
  /** Of a conflict: reads the conversation and goes to its end. Nothing is sent. */
  showChanges(): Promise<void>
  /** Of a conflict: the same once more, at the end of the conversation as it is now. */
  sendAnyway(): Promise<void>
  /** Says yes to what waits. Only where the platform asks. */
  approve?(): Promise<void>
  refetch(): Promise<void>
  close(): void
}

export type PageState = {readonly foreground: boolean; readonly visible: boolean}

/**
 * What a page hears of having been away: it was shown or focused, it came out of a freeze or the back/forward cache, or
 * the browser says that there is a network again. None of it says that anything is wrong.
 */
export type WakeCause = 'shown' | 'resumed' | 'online'

/**
 * Everything impure that the session of any platform touches; a platform's channel adds its own. `clients/page/` fills
 * it from the browser, Node from its globals.
 */
export type Surroundings = {
  readonly fetch: typeof fetch
  /** Wall clock in milliseconds: for waits, for `retryAtMs` and for what is kept across page loads. */
  readonly now: () => number
  /** The witness's clock (`performance.now()` in a tab), to stamp the moment a frame or bytes were in hand. */
  readonly stampNow: () => number
  readonly setTimer: (run: () => void, delayMs: number) => () => void
  readonly random: () => number
  readonly newId: () => string
  readonly pageState: () => PageState
  readonly onPageState: (listener: (state: PageState) => void) => () => void
  readonly onWake: (listener: (because: WakeCause) => void) => () => void
  /** A BroadcastChannel, or nothing where there is none. */
  readonly openRelay: (name: string) => BroadcastChannel | null
  /** What lasts across page loads and is shared by the tabs of a browser (localStorage in a tab). */
  readonly storage: {
    get(key: string): string | null
    set(key: string, value: string): void
    remove(key: string): void
  }
  /** Stamps for the witness; a no-op where nobody listens. `at` (of `stampNow`) where the moment was before the call. */
  readonly witness: (event: WitnessStamp, at?: number) => void
}

/** The witness events that the session itself stamps; `at` is added by the witness. */
export type WitnessStamp = WithoutAt<
  Extract<
    WitnessEvent,
    {
      kind: 'received' | 'applied' | 'connection' | 'probed' | 'notice' | 'role' | 'acted' | 'branch-chosen'
    }
  >
>
type WithoutAt<E> = E extends unknown ? Omit<E, 'at'> : never

export type SessionOptions = {
  /** Same origin as the API, for example `http://127.0.0.1:4000`. */
  readonly baseUrl: string
  readonly bearer: string
  readonly userId: string
  /** The person's account; on Claude, the organization. */
  readonly accountId: string
  /** The name a scenario gives the tab: what the server's ledger calls it. */
  readonly tab: string
  readonly remedies: readonly Remedy[]
  readonly pollPace: PollPace
  /** Against sending into a conversation that has changed; none where nothing is said. */
  readonly sendGuards?: readonly SendGuard[]
  /** What the page does otherwise than observed, by name. */
  readonly habits?: PageHabits
  /** What to ask for where the conversation names no model; `auto` where nothing is said. */
  readonly model?: string
}
