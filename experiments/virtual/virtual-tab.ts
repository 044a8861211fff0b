/**
 * A virtual tab: the page's own session, run in Node beside hundreds of others. What it *shows* is its session's view, read
 * in the task of the change: there is no DOM, no paint, no browser's cache and no browser's throttling. All else it says
 * as a page's witness does, so that the same checkers judge it. Rules VT1–VT4.
 */
import type {PageHabits} from '#protocol/page-habits.ts'
import type {PolicyName} from '#protocol/policy.ts'
import type {SendGuard} from '#protocol/send-guard.ts'
import {textHash} from '#protocol/text-hash.ts'
import type {WitnessEvent} from '#protocol/witness-event.ts'
import type {
  ChatSession,
  ChatView,
  ShownMessage,
  Surroundings,
  WitnessStamp,
} from '../../clients/sync/chat-session.ts'
import {plainNetwork, startPageLife, type Network, type PageLife} from './page-life.ts'

/** In headers of histories, where a browser's name and version would stand. */
export const VIRTUAL_TABS = `virtual tabs (Node ${process.versions.node})`

export type Person = {
  readonly id: string
  readonly accountId: string
  readonly organizationId: string
  readonly bearer: string
}

export type VirtualTabOptions = {
  readonly name: string
  readonly policy: PolicyName
  readonly person: Person
  /** Where the page comes from and asks: a fault proxy's origin, or the server's own. */
  readonly origin: string
  readonly haste: number
  readonly random: () => number
  /** `at` is `performance.now()` of this process. */
  readonly say: (event: WitnessEvent) => void
  /** None where nothing is said. */
  readonly guards?: readonly SendGuard[]
  /** As observed where nothing is said. A virtual tab has no field to write into, and so no drafts. */
  readonly habits?: PageHabits
  /** The way to everybody else; plain where nothing is said. */
  readonly network?: Network
  /** Of its browser, so that it outlives the page; the page's own where nothing is said. */
  readonly storage?: Surroundings['storage']
}

export type VirtualTab = {
  readonly name: string
  readonly session: ChatSession
  readonly life: PageLife
  /** Loads the page and opens the conversation; resolves when it is read and the channel is followed. */
  open(conversationId: string, upToMs: number): Promise<void>
  /** Says all that is shown, texts hashed. */
  read(label: string): void
  close(): void
}

/** Makes the session of one platform. `stamp` is the witness. */
export type CreateSession = (
  options: VirtualTabOptions,
  life: PageLife,
  stamp: (event: WitnessStamp, at?: number) => void,
) => ChatSession

/** Of one platform. */
export type OpenVirtualTab = (options: VirtualTabOptions) => VirtualTab

export const virtualTabOf =
  (createSession: CreateSession): OpenVirtualTab =>
  (options) => {
    const {name, haste, say} = options
    const life = startPageLife(haste, options.network ?? plainNetwork)
    const session = createSession(options, life, (event, at = performance.now()) => say({...event, at}))
    let before: readonly ShownMessage[] = []

    const stopWatching = session.subscribe(() => {
      const {messages} = session.view()
      if (sameLines(before, messages)) return
      before = messages
      say({kind: 'shown', at: performance.now(), view: messages.map(lineOf)})
    })

    return {
      name,
      session,
      life,
      async open(conversationId, upToMs) {
        const at = performance.now()
        say({kind: 'lifecycle', at, event: 'loaded', visibility: 'visible', focused: true, persisted: false})
        await session.start()
        await session.openConversation(conversationId)
        await seen(session, isReady, upToMs)
      },
      read(label) {
        const {messages, conversationId, connection} = session.view()
        const view = messages.map((message) => ({...lineOf(message), textHash: textHash(message.text)}))
        say({
          kind: 'reading',
          at: performance.now(),
          label,
          conversationId,
          connection: connection.name,
          view,
        })
      },
      close() {
        stopWatching()
        session.close()
        life.end()
      },
    }
  }

const lineOf = ({id, text, status}: ShownMessage) => ({id, chars: text.length, status})

const sameLines = (a: readonly ShownMessage[], b: readonly ShownMessage[]) =>
  a.length === b.length &&
  a.every((line, index) => {
    const other = b[index]
    return line.id === other?.id && line.text.length === other.text.length && line.status === other.status
  })

/** Read, and told of what happens from now on; a platform without push is as ready as it gets. */
export const isReady = ({phase, connection}: ChatView): boolean =>
  phase === 'ready' && (connection.name === 'connected' || connection.name === 'no push')

/** Resolves with the view once it is as awaited; rejects after `upToMs`. */
export function seen(
  session: Pick<ChatSession, 'view' | 'subscribe'>,
  isAwaited: (view: ChatView) => boolean,
  upToMs = 4_000,
): Promise<ChatView> {
  const {promise, resolve, reject} = Promise.withResolvers<ChatView>()
  const timer = setTimeout(() => {
    const {connection, phase, messages, notice} = session.view()
    const what = JSON.stringify({connection, phase, messages: messages.length, notice})
    stop()
    reject(new Error(`a virtual tab did not come to what was awaited; it is ${what}`))
  }, upToMs)
  const look = () => {
    if (!isAwaited(session.view())) return
    clearTimeout(timer)
    stop()
    resolve(session.view())
  }
  const stop = session.subscribe(look)
  look()
  return promise
}
