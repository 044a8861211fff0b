/**
 * One stay of a tab in one conversation: reading it, refetching it, waiting for an answer that is being written.
 * Ends when another conversation is opened; whatever is still under way then changes nothing any more.
 */
import type {KnownMessage} from '#protocol/known-message.ts'
import type {ChatStore} from './chat-store.ts'
import type {Surroundings} from './chat-session.ts'
import {watchStops} from './stopped-elsewhere.ts'
import {leavesHole} from './told-message.ts'
import {ApiError} from './http-caller.ts'
import type {Reading} from './known-conversation.ts'
import {createRefetcher} from './refetcher.ts'

/** A read that takes longer is not waited for by the next one. Invented. */
const READ_PATIENCE_MS = 5_000

/** Of a conversation that is gone. What a person was writing stays in the composer. */
export const DELETED_ELSEWHERE =
  'This conversation was deleted in another tab. Nothing can be sent into it any more.'
const NOT_THERE =
  'This conversation does not exist any more: it was deleted, or the servers were started anew. Nothing can be sent into it.'

/** `latest`: what has been committed by now must be in it, where the platform makes a difference. */
export type Freshness = 'ordinary' | 'latest'

export type Visit<R extends Reading = Reading> = {
  readonly signal: AbortSignal
  /** Reads the conversation and takes it over. Throws {@link ApiError}. */
  read(freshness?: Freshness): Promise<R>
  /** Refetches, coalesced; while this tab's own answer comes in, once after it. Says in a notice what went wrong. */
  refetch(freshness?: Freshness): Promise<void>
  /** Refetches because of what others do, or may have done: what they stopped is told to the person. Rule PG10. */
  followOthers(freshness?: Freshness): Promise<void>
  /** This tab's person stops what is being written. */
  stopAsked(): void
  /** A message that came unasked. One that leaves a hole is not shown; the conversation is refetched instead. */
  takeOver(message: KnownMessage): void
  /**
   * The channel speaks from this moment of the server's wall clock (ms) on. What was committed after the conversation
   * was read and before that came by neither way, so it is read once more. Rule CO9.
   */
  followedFrom(atMs: number): void
  /** A change of the conversation was heard of: of this message, or (null) of some that nobody named. Rule CF13. */
  heard(messageId: string | null): void
  /** Of something that was heard nothing has been read yet. */
  isBehind(): boolean
  /** Runs `wait` unless the tab already waits so. */
  join(wait: () => Promise<void>): Promise<void>
  turnEnded(): void
  /** The conversation is not there any more: said in a notice where the tab had it. `told`: somebody said that it was deleted. */
  gone(how: 'told' | 'not found'): void
  /** This tab's person is deleting the conversation; the returned function says that nothing came of it. */
  leave(): () => void
  /** The tab does not show how things stand, and nobody could be asked: said in a notice, as `why`, until a refetch. */
  owe(why: string): void
  /** The network is back: reads what could not be read. True when there was something to read. */
  tryAgain(): Promise<boolean>
  end(): void
}

/** Full jitter between the attempts: random · min(maxMs, baseMs · factor^n). */
export type ReadRetry = {
  readonly baseMs: number
  readonly factor: number
  readonly maxMs: number
  readonly maxAttempts: number
}

export type VisitNeeds<R extends Reading> = {
  readonly store: ChatStore
  readonly surroundings: Pick<Surroundings, 'witness' | 'now' | 'setTimer' | 'random'>
  readonly readConversation: (id: string, freshness: Freshness) => Promise<R>
  /** A refetch that failed is tried again. Without this it waits for the network to be back, or for somebody to ask. */
  readonly retry?: ReadRetry
}

export function createVisit<R extends Reading>(needs: VisitNeeds<R>): Visit<R> {
  const {store, surroundings} = needs
  const life = new AbortController()
  const {signal} = life
  const stops = watchStops(store)
  const holes = new Set<string>()
  const heardIds = new Set<string>()
  let heardCount = 0
  let readUpTo = 0
  let isRefetchDue = false
  let isLatestDue = false
  let isJoining = false
  let isLeaving = false
  /** Something was heard, or is looked for, that the next reading is of. */
  let wasTold = false
  let complaint: string | null = null
  let attempts = 0
  let cancelRetry = () => {}
  /** The conversation's own time as read, and the channel's as it began; both are the server's wall clock. */
  let readAsOfMs: number | null = null
  let followedFromMs: number | null = null

  async function read(freshness: Freshness = 'ordinary'): Promise<R> {
    const id = store.conversation().conversationId
    if (id === null) throw new TypeError('a new conversation cannot be read')
    const heardBefore = heardCount
    const isTold = wasTold
    wasTold = false
    const reading = await readOrGone(id, freshness).catch((error: unknown) => {
      wasTold ||= isTold
      throw error
    })
    if (signal.aborted) return reading
    const {conversation, at, bytes} = reading
    const messageIds = conversation.nodes.filter(({said}) => said !== null).map((node) => node.id)
    surroundings.witness({kind: 'received', via: 'refetch', topic: null, messageIds, bytes}, at)
    holes.clear()
    const load = () => store.apply({type: 'loaded', read: conversation})
    if (isTold) stops.hearing(load)
    else load()
    readUpTo = Math.max(readUpTo, heardBefore)
    readAsOfMs = conversation.updatedAtMs
    closeGap()
    return reading
  }

  /** A replica that is behind may not have it yet: only what has been committed by now says that it is gone. */
  async function readOrGone(id: string, freshness: Freshness): Promise<R> {
    try {
      return await needs.readConversation(id, freshness)
    } catch (error) {
      if (!isNotFound(error)) throw error
      if (freshness === 'ordinary' && store.conversation().phase === 'ready') return readOrGone(id, 'latest')
      gone('not found')
      throw error
    }
  }

  function gone(how: 'told' | 'not found'): void {
    if (signal.aborted || isLeaving) return
    const {phase, conversationId} = store.conversation()
    store.batch(() => {
      store.apply({type: 'missing'})
      if (conversationId !== null) store.applyToList({type: 'deleted', id: conversationId})
      if (phase === 'ready') store.setNotice(how === 'told' ? DELETED_ELSEWHERE : NOT_THERE)
    })
  }

  const patience = {now: surroundings.now, patienceMs: READ_PATIENCE_MS}
  const refetcher = createRefetcher(async () => {
    cancelRetry()
    const freshness = isLatestDue ? 'latest' : 'ordinary'
    isLatestDue = false
    try {
      await read(freshness)
      if (complaint !== null && store.view().notice === complaint) store.setNotice(null)
      complaint = null
      attempts = 0
    } catch (error) {
      if (signal.aborted || isNotFound(error)) return
      complaint =
        `The conversation could not be loaded. ${error instanceof Error ? error.message : ''}`.trim()
      store.setNotice(complaint)
      if (freshness === 'latest') isLatestDue = true
      retryLater(error)
    }
  }, patience)

  function retryLater(error: unknown): void {
    const {retry} = needs
    const isTransient = error instanceof ApiError && isWorthAnother(error)
    if (!retry || !isTransient || attempts >= retry.maxAttempts) return
    const jitteredMs = surroundings.random() * Math.min(retry.maxMs, retry.baseMs * retry.factor ** attempts)
    attempts += 1
    cancelRetry()
    cancelRetry = surroundings.setTimer(() => void refetch(), Math.max(jitteredMs, error.retryAfterMs ?? 0))
  }

  function closeGap(): void {
    if (readAsOfMs === null || followedFromMs === null) return
    const isOpen = followedFromMs > readAsOfMs
    followedFromMs = null
    if (isOpen) void refetch()
  }

  async function refetch(freshness: Freshness = 'ordinary'): Promise<void> {
    const {ownTurn, conversationId} = store.conversation()
    if (freshness === 'latest') isLatestDue = true
    if (ownTurn !== null) isRefetchDue = true
    else if (conversationId !== null && !signal.aborted) await refetcher.request()
  }

  function followOthers(freshness?: Freshness): Promise<void> {
    wasTold = true
    return refetch(freshness)
  }

  return {
    signal,
    read,
    refetch,
    followOthers,
    stopAsked: stops.stopAsked,
    takeOver(message) {
      if (!leavesHole(store.conversation(), message))
        return stops.hearing(() => store.apply({type: 'upserted', message}))
      // Asked once for each message: a read that does not help will not help the next time either.
      if (holes.has(message.id)) return
      holes.add(message.id)
      heardIds.add(message.id)
      void followOthers('latest')
    },
    followedFrom(atMs) {
      followedFromMs = atMs
      closeGap()
    },
    heard(messageId) {
      if (messageId === null) heardCount += 1
      else heardIds.add(messageId)
    },
    isBehind() {
      const {tree} = store.conversation()
      return heardCount > readUpTo || [...heardIds].some((id) => !tree.has(id))
    },
    async join(wait) {
      if (isJoining) return
      isJoining = true
      try {
        await wait()
      } finally {
        isJoining = false
      }
    },
    owe(why) {
      complaint = why
      store.setNotice(why)
    },
    async tryAgain() {
      if (complaint === null && !refetcher.isOverdue()) return false
      attempts = 0
      await refetch()
      return true
    },
    turnEnded() {
      if (!isRefetchDue) return
      isRefetchDue = false
      void refetch()
    },
    gone,
    leave() {
      isLeaving = true
      return () => {
        isLeaving = false
      }
    },
    end() {
      stops.end()
      cancelRetry()
      life.abort()
    },
  }
}

/** Asked of a 404 to a send: whether the conversation is gone, or only the place in it that the send named. */
export async function isGone(visit: Pick<Visit, 'read'>): Promise<boolean> {
  try {
    await visit.read('latest')
    return false
  } catch (error) {
    return isNotFound(error)
  }
}

const isNotFound = (error: unknown): error is ApiError => error instanceof ApiError && error.status === 404

const isWorthAnother = ({status}: ApiError): boolean => status === 0 || status === 429 || status >= 500
