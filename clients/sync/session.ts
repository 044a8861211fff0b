/**
 * A tab's session: composes channel, answers, reads and remedies, and is what the page calls. Nothing it is asked for
 * throws; what went wrong becomes a notice. No DOM: the same session runs in a tab and in Node. Rules PO1–PO7.
 */
import type {ReceivedMessage} from '#protocol/celsius-frame.ts'
import type {Message} from '#protocol/conversation.ts'
import {ROOT_PARENT} from '#protocol/identifier.ts'
import type {Remedy} from '#protocol/policy.ts'
import {ProtocolError} from '#protocol/protocol-error.ts'
import {CONVERSATIONS, conversationTopic} from '#protocol/topics.ts'
import type {AnswerUpdate} from './answer-reader.ts'
import {ApiError, createApi} from './api.ts'
import {openChannel} from './channel.ts'
import type {ChatSession, SessionOptions, Surroundings} from './chat-session.ts'
import {createChatStore} from './chat-store.ts'
import {viewOf} from './connection-view.ts'
import {loadingConversation, messageIn, newConversation, parentForSend} from './conversation-state.ts'
import {createForeignTurns} from './foreign-turns.ts'
import {createOwnTurns} from './own-turn.ts'
import {createTurnPoster, type Turn} from './post-turn.ts'
import {react} from './reactions.ts'
import {createRefetcher} from './refetcher.ts'
import {refetchOnFocus} from './remedies/focus.ts'
import {poll} from './remedies/poll.ts'
import {noRelay, openRelay} from './remedies/relay.ts'
import {createResumeTokens} from './resume-tokens.ts'
import {keepSocketUrl} from './socket-url.ts'
import {followTurn, type FollowEnd, type TurnFollow} from './turn-follow.ts'
import {createVisit, isWaiting} from './visit.ts'

export function createChatSession(options: SessionOptions, surroundings: Surroundings): ChatSession {
  const has = (remedy: Remedy) => options.remedies.includes(remedy)
  const reading = has('resume') ? 'resumed' : 'live'
  const life = new AbortController()
  const api = createApi(options, surroundings, life.signal)
  const store = createChatStore(surroundings)
  const tokens = createResumeTokens(surroundings)
  const follows = new Map<string, TurnFollow>()
  const leaveBehind: (() => void)[] = []
  let visit = createVisit(store, api, surroundings)
  let received: string[] = []

  const channel = openChannel(surroundings, {
    socketUrl: keepSocketUrl(() => api.socketUrl(), surroundings.now),
    onConnection(state, isFollowing) {
      // A tab that hears nothing yet is not called connected.
      if (state.name !== 'open' || isFollowing) store.setConnection(viewOf(state))
      if (!isFollowing) surroundings.witness({kind: 'connection', state: state.name})
      else void visit.tryAgain()
    },
    onMessages,
    onMissed(topic) {
      const following = follows.get(topic)
      if (following) return following.fail()
      if (topic === CONVERSATIONS) void refetchList()
      void visit.refetch()
    },
    onBegun(topic, offset) {
      const {conversationId} = store.conversation()
      if (conversationId !== null && topic === conversationTopic(conversationId)) visit.followedFrom(offset)
    },
  })

  const ownTurns = createOwnTurns({
    store,
    api,
    tokens,
    surroundings,
    postTurn: createTurnPoster(api, options.model ?? 'auto', surroundings),
    follow,
    onAccepted: (conversationId) => channel.follow(conversationTopic(conversationId), reading),
    onMessage: (message) => relayMessage(message),
    onEnded() {
      const conversationId = store.conversation().conversationId
      if (conversationId !== null) relay.pass({type: 'turn-ended', conversation_id: conversationId})
    },
  })
  const foreignTurns = createForeignTurns(ownTurns.isOwn)

  const relay = has('relay')
    ? openRelay(
        options.userId,
        (frame, at, bytes) => {
          if (frame.conversation_id !== store.conversation().conversationId) return
          if (frame.type === 'turn-ended') {
            if (isWaiting(store)) void visit.refetch()
            return
          }
          store.batch(() => takeOver(frame.message))
          witnessReceived('relay', null, at, bytes)
        },
        surroundings,
      )
    : noRelay

  function relayMessage(message: Message): void {
    const conversationId = store.conversation().conversationId
    if (conversationId !== null) relay.pass({type: 'message', conversation_id: conversationId, message})
  }

  function onMessages(messages: readonly ReceivedMessage[], at: number, bytes: number): void {
    store.batch(() => {
      for (const message of messages) {
        react(message, {
          openId: () => store.conversation().conversationId,
          applyToList: store.applyToList,
          refetchList: () => void refetchList(),
          refetch: () => void visit.refetch(),
          takeOver,
          titled: (title) => store.apply({type: 'titled', title}),
          missing: () => store.apply({type: 'missing'}),
          turnPart(topic, part) {
            const own = follows.get(topic)
            if (own) return own.take(part)
            if (part.conversation_id !== store.conversation().conversationId) return
            const told = foreignTurns.take(part)
            if (told === 'refetch') void visit.refetch()
            else told.forEach(takeOver)
          },
        })
        witnessReceived('celsius', message.topic_id, at, bytes)
      }
    })
  }

  function takeOver(message: Message): void {
    received.push(message.id)
    visit.takeOver(message)
  }

  function witnessReceived(via: 'celsius' | 'relay', topic: string | null, at: number, bytes: number): void {
    const messageIds = [...new Set(received)]
    received = []
    surroundings.witness({kind: 'received', via, topic, messageIds, bytes}, at)
  }

  async function follow(topic: string, take: (update: AnswerUpdate) => void): Promise<FollowEnd> {
    const following = followTurn((update) => {
      if (update.type === 'message' || update.type === 'prompt') received.push(update.message.id)
      take(update)
    }, surroundings)
    follows.set(topic, following)
    channel.follow(topic, 'whole')
    const {signal} = visit
    signal.addEventListener('abort', following.fail)
    const ended = await following.ended
    signal.removeEventListener('abort', following.fail)
    follows.delete(topic)
    channel.unfollow(topic)
    return ended
  }

  const listRefetcher = createRefetcher(async () =>
    store.applyToList({type: 'loaded', list: await api.list()}),
  )
  const refetchList = () => quietly(() => listRefetcher.request())

  /** The person is told; nothing is thrown into the page. */
  async function quietly(run: () => Promise<void>): Promise<void> {
    try {
      await run()
    } catch (error) {
      if (life.signal.aborted) return
      const isKnown = error instanceof ApiError || error instanceof ProtocolError
      store.setNotice(isKnown ? error.message : `Something went wrong in this page: ${String(error)}`)
    }
  }

  function enter(conversationId: string | null): void {
    const {conversationId: leftId} = store.conversation()
    visit.end()
    if (leftId !== null) channel.unfollow(conversationTopic(leftId))
    foreignTurns.forget()
    visit = createVisit(store, api, surroundings)
    store.batch(() => {
      store.setNotice(null)
      store.show(conversationId === null ? newConversation : loadingConversation(conversationId))
      if (conversationId !== null) store.applyToList({type: 'opened', id: conversationId})
    })
    if (conversationId !== null) channel.follow(conversationTopic(conversationId), reading)
  }

  /** An answer that is being written when the tab comes is joined with the browser's token, or polled for. */
  async function refetchAndJoin(): Promise<void> {
    const current = visit
    await current.refetch()
    const {conversationId, ownTurn} = store.conversation()
    if (conversationId === null || ownTurn !== null || current !== visit || !isWaiting(store)) return
    await current.join(() => {
      const token = tokens.get(conversationId)
      return token === null ? current.settle() : ownTurns.rejoin({conversationId, token}, current)
    })
  }

  async function begin(turn: Turn): Promise<void> {
    store.setNotice(null)
    await ownTurns.run(turn, visit)
  }

  function ask(act: 'sent' | 'edited', text: string, parentId: string): Promise<void> {
    const promptId = surroundings.newId()
    const {conversationId} = store.conversation()
    surroundings.witness({kind: 'acted', act, messageId: promptId, parentId})
    store.apply({type: 'sent', promptId, text, parentId})
    return begin({conversationId, parentId, prompt: {id: promptId, text}})
  }

  /** Why nothing can be sent now, or null. */
  function hindrance(): string | null {
    const {phase, ownTurn} = store.conversation()
    if (phase === 'loading') return 'The conversation is still loading.'
    if (phase === 'missing') return 'This conversation does not exist any more.'
    return ownTurn === null ? null : 'Wait until the answer has ended, or stop it.'
  }

  const unlessHindered = (run: () => Promise<void>) =>
    quietly(async () => {
      const why = hindrance()
      if (why !== null) return store.setNotice(why)
      await run()
    })

  return {
    view: store.view,
    subscribe: store.subscribe,
    async start() {
      channel.follow(CONVERSATIONS, reading)
      channel.follow('app_notifications', 'live')
      channel.start()
      const refetch = () => void visit.refetch()
      if (has('poll')) leaveBehind.push(poll(refetch, options.pollIntervalMs, surroundings))
      if (has('focus')) leaveBehind.push(refetchOnFocus(() => void refetchAndJoin(), surroundings))
      await refetchList()
    },
    openConversation: (conversationId) =>
      quietly(async () => {
        enter(conversationId)
        await refetchAndJoin()
      }),
    newConversation: () => enter(null),
    send: (text) =>
      unlessHindered(async () => {
        if (text.trim() !== '') await ask('sent', text, parentForSend(store.conversation()))
      }),
    edit: (messageId, text) =>
      unlessHindered(async () => {
        const {tree} = store.conversation()
        const edited = tree.get(messageId)
        if (edited?.message?.role !== 'user' || text.trim() === '') return
        await ask('edited', text, edited.parentId ?? ROOT_PARENT)
      }),
    regenerate: (messageId) =>
      unlessHindered(async () => {
        const {tree, conversationId} = store.conversation()
        let prompt = tree.get(messageId)
        while (prompt && prompt.message?.role !== 'user') prompt = tree.get(prompt.parentId ?? '')
        if (!prompt) return
        surroundings.witness({kind: 'acted', act: 'regenerated', messageId, parentId: prompt.id})
        store.apply({type: 'asked-again', promptId: prompt.id})
        await begin({conversationId, parentId: prompt.id, prompt: null})
      }),
    stop: () =>
      quietly(async () => {
        const now = store.conversation()
        const {conversationId, leafId} = now
        if (conversationId === null || (now.ownTurn === null && !isWaiting(store))) return
        const answerId = leafId !== null && messageIn(now, leafId)?.role === 'assistant' ? leafId : null
        surroundings.witness({kind: 'acted', act: 'stopped', messageId: answerId, parentId: null})
        const isOwn = ownTurns.askToStop()
        await api.stop(conversationId)
        if (!isOwn) await visit.refetch()
      }),
    showBranch: (messageId) => store.apply({type: 'branch-chosen', messageId}),
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
