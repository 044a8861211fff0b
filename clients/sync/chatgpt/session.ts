/**
 * A ChatGPT tab's session: composes channel, answers, reads and remedies, and is what the page calls. Nothing it is asked for
 * throws; what went wrong becomes a notice. No DOM: the same session runs in a tab and in Node. Rules PO1–PO7, CF10–CF15, HB2–HB7.
 */
import {ROOT_PARENT} from '#protocol/identifier.ts'
import type {KnownMessage} from '#protocol/known-message.ts'
import {OBSERVED_HABITS} from '#protocol/page-habits.ts'
import {DEFAULT_MODEL} from '#protocol/model-choice.ts'
import {parseOffset} from '#protocol/offset.ts'
import type {Remedy} from '#protocol/policy.ts'
import {CONVERSATIONS, conversationTopic} from '#protocol/topics.ts'
import {createAnswerJoin} from './answer-join.ts'
import {createApi, type ChatgptReading} from './api.ts'
import type {ChatgptSurroundings} from './chatgpt-surroundings.ts'
import {chooseChannel} from './sharing/choose-channel.ts'
import type {ChatSession, SessionOptions} from '../chat-session.ts'
import {createChatStore} from '../chat-store.ts'
import {stampOf, viewOf} from './connection-view.ts'
import {wasFoundDead} from './connection.ts'
import {owedRefetch} from './defaults.ts'
import {messageIn} from '../told-message.ts'
import {createHurry} from '../hurry.ts'
import {createEndCount} from './end-count.ts'
import {createForeignTurns} from './foreign-turns.ts'
import {createNews} from './news.ts'
import {createOwnTurns} from './own-turn.ts'
import {createOwnPost} from './post-own-turn.ts'
import {createTurnPoster} from './post-turn.ts'
import {createConversationActs} from '../conversation-acts.ts'
import {createOutbox} from '../outbox.ts'
import {createPersonActs} from '../person-acts.ts'
import {quietlyIn} from '../quietly.ts'
import {createRefetcher} from '../refetcher.ts'
import {refetchOnFocus} from '../remedies/focus.ts'
import {poll} from '../remedies/poll.ts'
import {noRelay, openRelay} from '../remedies/relay.ts'
import {createResumeTokens} from './resume-tokens.ts'
import {keepSocketUrl} from './socket-url.ts'
import {createTurnFollows} from './turn-follows.ts'
import {isExpecting, isWaiting} from '../awaited-answer.ts'
import {createVisit, type Visit} from '../visit.ts'
import {pollUntilSettled, type Settled} from './status-poll.ts'

export function createChatgptSession(
  options: SessionOptions,
  surroundings: ChatgptSurroundings,
): ChatSession {
  const has = (remedy: Remedy) => options.remedies.includes(remedy)
  const guards = options.sendGuards ?? []
  const isIdempotent = guards.includes('idempotent')
  const ends = createEndCount()
  const reading = has('resume') ? 'resumed' : 'live'
  const life = new AbortController()
  const api = createApi(options, surroundings, life.signal)
  const store = createChatStore(ROOT_PARENT, surroundings, {
    model: options.model ?? DEFAULT_MODEL,
    canTryAgain: isIdempotent,
  })
  const quietly = quietlyIn(store, life.signal)
  const {resend, outbox: keeps} = options.habits ?? OBSERVED_HABITS
  const outbox = keeps === 'replay' ? createOutbox(store, surroundings) : null
  const tokens = createResumeTokens(surroundings)
  const pauses = createHurry(surroundings)
  const silences = createHurry(surroundings)
  const leaveBehind: (() => void)[] = []
  const newVisit = () =>
    createVisit({
      store,
      surroundings,
      readConversation: api.conversation,
      ...(has('resume') && {retry: owedRefetch}),
    })
  let visit = newVisit()

  const channel = chooseChannel(options, surroundings, {
    socketUrl: keepSocketUrl(() => api.socketUrl(), surroundings.now),
    onConnection(state, isFollowing) {
      // A tab that hears nothing yet is not called connected.
      if (state.name !== 'open' || isFollowing) store.setConnection(viewOf(state))
      surroundings.witness(isFollowing ? {kind: 'connection', state: 'following'} : stampOf(state))
      // A link was asked and found dead: an answer that comes over the same network is no better.
      if (wasFoundDead(state)) silences.now()
      if (!isFollowing) return
      // The network is back: there is nothing to wait for.
      if (has('probe')) pauses.now()
      void quietly(comeBack)
    },
    onMessages: (messages, at, bytes) => news.onMessages(messages, at, bytes),
    onMissed(topic) {
      const following = follows.of(topic)
      if (following) return following.fail()
      if (topic === CONVERSATIONS) void refetchList()
      void visit.refetch()
    },
    onBegun(topic, offset) {
      const {conversationId} = store.conversation()
      if (conversationId !== null && topic === conversationTopic(conversationId)) {
        const from = parseOffset(offset)
        if (from) visit.followedFrom(from.ms)
      }
    },
  })

  const follows = createTurnFollows({
    surroundings,
    followTopic: (topic) => channel.follow(topic, 'whole'),
    unfollowTopic: (topic) => channel.unfollow(topic),
    onReceived: (messageId) => news.noteReceived(messageId),
  })

  const ownTurns = createOwnTurns({
    store,
    api,
    tokens,
    surroundings,
    pauses,
    silences,
    post: createOwnPost({
      store,
      surroundings,
      postTurn: createTurnPoster(api, {model: options.model ?? 'auto', isIdempotent}, surroundings),
      isIdempotent,
      resend,
      outbox,
      pauses,
    }),
    isIdempotent,
    follow: (topic, take) => follows.follow(topic, take, visit.signal),
    settle,
    onAccepted: (conversationId) => channel.follow(conversationTopic(conversationId), reading),
    onMessage: relayMessage,
    onEnded() {
      ends.ownTurnEnded()
      const conversationId = store.conversation().conversationId
      if (conversationId !== null) relay.pass({type: 'turn-ended', conversation_id: conversationId})
    },
  })
  const foreignTurns = createForeignTurns(ownTurns.isOwn)
  const news = createNews({
    store,
    surroundings,
    visit: () => visit,
    ends,
    foreignTurns,
    follows,
    refetchList: () => void refetchList(),
  })

  const relay = has('relay')
    ? openRelay(
        options.userId,
        (frame, at, bytes) => {
          if (frame.conversation_id !== store.conversation().conversationId) return
          if (frame.type === 'turn-ended') {
            if (isWaiting(store)) void visit.followOthers()
            return
          }
          news.onRelayed(frame.message, at, bytes)
        },
        surroundings,
      )
    : noRelay

  function relayMessage(message: KnownMessage): void {
    const conversationId = store.conversation().conversationId
    if (conversationId !== null) relay.pass({type: 'message', conversation_id: conversationId, message})
  }

  /** Polls until this tab waits for no answer any more. */
  async function settle({read, signal}: Visit<ChatgptReading>): Promise<Settled> {
    // The first answer of a new chat, lost before it told the conversation's name: there is nothing to ask for.
    if (store.conversation().conversationId === null)
      return {name: 'unknown', why: 'The server could not be reached.'}
    return pollUntilSettled({
      api,
      surroundings: pauses,
      signal,
      read,
      isWaiting: () => isWaiting(store),
      isExpecting: () => isExpecting(store),
    })
  }

  const listRefetcher = createRefetcher(async () =>
    store.applyToList({type: 'loaded', conversations: await api.list()}),
  )
  const refetchList = () => quietly(() => listRefetcher.request())

  function enter(conversationId: string | null): void {
    const {conversationId: leftId} = store.conversation()
    visit.end()
    if (leftId !== null) channel.unfollow(conversationTopic(leftId))
    foreignTurns.forget()
    ends.forget()
    dropPending()
    visit = newVisit()
    store.batch(() => {
      store.setNotice(null)
      store.show(conversationId)
      if (conversationId !== null) store.applyToList({type: 'opened', id: conversationId})
    })
    if (conversationId !== null) channel.follow(conversationTopic(conversationId), reading)
  }

  const {refetchAndJoin, comeBack} = createAnswerJoin({
    store,
    tokens,
    ownTurns,
    settle,
    visit: () => visit,
    waitsAgain: has('resume'),
  })

  const {dropPending, ...acts} = createPersonActs({
    store,
    surroundings,
    guards,
    visit: () => visit,
    quietly,
    async begin(turn) {
      const refusal = await ownTurns.run(turn, visit)
      if (refusal !== null) ends.forget()
      return refusal
    },
  })

  const conversationActs = createConversationActs({
    store,
    surroundings,
    api,
    visit: () => visit,
    newConversation: () => enter(null),
    quietly,
  })

  return {
    ...acts,
    ...conversationActs,
    view: store.view,
    subscribe: store.subscribe,
    async start() {
      channel.follow(CONVERSATIONS, reading)
      channel.follow('app_notifications', 'live')
      channel.start()
      const refetch = () => visit.followOthers()
      if (has('poll')) leaveBehind.push(poll({store, refetch, surroundings}, options.pollPace))
      if (has('focus')) leaveBehind.push(refetchOnFocus(() => void refetchAndJoin(), surroundings))
      await refetchList()
    },
    openConversation: (conversationId) =>
      quietly(async () => {
        enter(conversationId)
        await refetchAndJoin()
      }),
    newConversation: () => enter(null),
    stop: () =>
      quietly(async () => {
        if (outbox?.takeBack()) return
        const now = store.conversation()
        const {conversationId, leafId} = now
        if (conversationId === null || (now.ownTurn === null && !isWaiting(store))) return
        const answerId = leafId !== null && messageIn(now, leafId)?.role === 'assistant' ? leafId : null
        surroundings.witness({kind: 'acted', act: 'stopped', messageId: answerId, parentId: null})
        visit.stopAsked()
        const isOwn = ownTurns.askToStop()
        await api.stop(conversationId)
        if (!isOwn) await visit.refetch()
      }),
    refetch: () => quietly(() => visit.refetch()),
    close() {
      for (const leave of leaveBehind) leave()
      relay.close()
      visit.end()
      life.abort()
      channel.close()
    },
  }
}
