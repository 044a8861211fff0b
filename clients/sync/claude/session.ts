/**
 * A Claude tab's session: composes push, answers, reads and remedies, and is what the page calls. Nothing it is asked for
 * throws; what went wrong becomes a notice. No DOM: the same session runs in a tab and in Node. Rules PO1–PO9, CC1–CC22.
 */
import {ROOT_MESSAGE_UUID} from '#protocol/claude/uuid.ts'
import type {KnownMessage} from '#protocol/known-message.ts'
import type {Remedy} from '#protocol/policy.ts'
import type {ChatSession, SessionOptions} from '../chat-session.ts'
import {createChatStore} from '../chat-store.ts'
import {messageIn} from '../conversation-state.ts'
import {createPersonActs} from '../person-acts.ts'
import {quietlyIn} from '../quietly.ts'
import {createRefetcher} from '../refetcher.ts'
import {refetchOnFocus} from '../remedies/focus.ts'
import {poll} from '../remedies/poll.ts'
import {noRelay, openRelay} from '../remedies/relay.ts'
import {createVisit, type Visit} from '../visit.ts'
import {createAfterTurn} from './after-turn.ts'
import {createApi} from './api.ts'
import type {ClaudeSurroundings, HeardPush} from './claude-surroundings.ts'
import {createLeftTurns} from './left-turns.ts'
import {createOwnTurns} from './own-turn.ts'
import {keepRegistered} from './push-registration.ts'
import {react} from './reactions.ts'
import {awaitAnswer} from './recovery.ts'

export function createClaudeSession(options: SessionOptions, surroundings: ClaudeSurroundings): ChatSession {
  const has = (remedy: Remedy) => options.remedies.includes(remedy)
  const life = new AbortController()
  const api = createApi(options, surroundings, life.signal)
  const store = createChatStore(ROOT_MESSAGE_UUID, surroundings)
  const quietly = quietlyIn(store, life.signal)
  const leaveBehind: (() => void)[] = []
  const newVisit = () => createVisit({store, surroundings, readConversation: api.conversation})
  let visit = newVisit()

  const listRefetcher = createRefetcher(async () =>
    store.applyToList({type: 'loaded', conversations: await api.list()}),
  )
  const refetchList = () => quietly(() => listRefetcher.request())

  const {afterTurn, giveTitle} = createAfterTurn({
    store,
    api,
    surroundings,
    refetchList: () => void refetchList(),
  })

  const leftTurns = createLeftTurns({
    api,
    surroundings,
    life: life.signal,
    onEnded({conversationId, isNew, prompt}) {
      const openId = store.conversation().conversationId
      store.applyToList({type: 'turn-completed', id: conversationId, openId})
      void refetchList()
      if (isNew) void quietly(() => giveTitle(conversationId, prompt?.text ?? ''))
    },
  })

  const ownTurns = createOwnTurns({
    store,
    api,
    model: options.model,
    surroundings,
    onMessage(message) {
      const {conversationId} = store.conversation()
      if (conversationId !== null) relay.pass({type: 'message', conversation_id: conversationId, message})
    },
    onEnded(turn) {
      relay.pass({type: 'turn-ended', conversation_id: turn.conversationId})
      afterTurn(turn, visit)
    },
    onLeft: (turn) => void quietly(() => leftTurns.add(turn)),
  })

  const relay = has('relay')
    ? openRelay(
        options.userId,
        (frame, at, bytes) => {
          if (frame.conversation_id !== store.conversation().conversationId) return
          if (frame.type === 'turn-ended') {
            if (store.view().phase === 'answering') void visit.refetch('latest')
            return
          }
          const {message} = frame
          store.batch(() => visit.takeOver(message))
          surroundings.witness(
            {kind: 'received', via: 'relay', topic: null, messageIds: [message.id], bytes},
            at,
          )
        },
        surroundings,
      )
    : noRelay

  function onPush({id, data, at, bytes}: HeardPush): void {
    store.batch(() => {
      const {connection} = store.view()
      if (connection.name === 'connected' && connection.push !== 'heard')
        store.setConnection({name: 'connected', push: 'heard'})
      const messageIds = react(data, {
        openId: () => store.conversation().conversationId,
        isListed: (conversationId) =>
          store.view().conversations.some((listed) => listed.id === conversationId),
        applyToList: store.applyToList,
        refetchList: () => void refetchList(),
        refetch: () => void visit.refetch('latest'),
        takeOver: (message: KnownMessage) => visit.takeOver(message),
      })
      surroundings.witness(
        {kind: 'received', via: 'fcm', topic: null, messageIds: [...messageIds], bytes, pushId: id},
        at,
      )
    })
  }

  /** What was committed before the browser could be reached came by no push: it is read once more. */
  async function closeGap(): Promise<void> {
    surroundings.witness({kind: 'connection', state: 'registered'})
    if (store.conversation().phase === 'ready') await visit.refetch('latest')
  }

  function enter(conversationId: string | null): void {
    visit.end()
    visit = newVisit()
    store.batch(() => {
      store.setNotice(null)
      store.show(conversationId)
      if (conversationId !== null) store.applyToList({type: 'opened', id: conversationId})
    })
    if (conversationId !== null) leftTurns.forget(conversationId)
  }

  /** An answer that is being written when the tab comes cannot be joined: it is waited for, and then read. */
  async function refetchAndJoin(): Promise<void> {
    const current = visit
    await current.refetch()
    const {conversationId, ownTurn, phase} = store.conversation()
    if (conversationId === null || phase !== 'ready' || ownTurn !== null || current !== visit) return
    await current.join(() => awaitOthersAnswer(conversationId, current))
  }

  async function awaitOthersAnswer(conversationId: string, {signal, refetch}: Visit): Promise<void> {
    const {is_pending} = await api.status(conversationId, false)
    if (!is_pending || signal.aborted) return
    store.apply({type: 'pending', isPending: true})
    await awaitAnswer(conversationId, false, {api, surroundings, signal})
    if (signal.aborted) return
    await refetch('latest')
    store.apply({type: 'pending', isPending: false})
  }

  const acts = createPersonActs({store, surroundings, quietly, begin: (turn) => ownTurns.run(turn, visit)})

  return {
    ...acts,
    view: store.view,
    subscribe: store.subscribe,
    async start() {
      leaveBehind.push(surroundings.push.onPush(onPush))
      leaveBehind.push(
        keepRegistered(
          {
            api,
            surroundings,
            life: life.signal,
            onView: store.setConnection,
            onRegistered: closeGap,
          },
          quietly,
        ),
      )
      const refetch = () => void visit.refetch()
      if (has('poll')) leaveBehind.push(poll(refetch, options.pollIntervalMs, surroundings))
      if (has('focus')) leaveBehind.push(refetchOnFocus(() => void quietly(refetchAndJoin), surroundings))
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
        const now = store.conversation()
        const {conversationId, leafId} = now
        if (conversationId === null || store.view().phase !== 'answering') return
        const answerId = leafId !== null && messageIn(now, leafId)?.role === 'assistant' ? leafId : null
        surroundings.witness({kind: 'acted', act: 'stopped', messageId: answerId, parentId: null})
        const isOwn = ownTurns.askToStop()
        await api.stop(conversationId)
        if (!isOwn) await visit.refetch('latest')
      }),
    refetch: () => quietly(() => visit.refetch()),
    close() {
      for (const leave of leaveBehind) leave()
      relay.close()
      visit.end()
      life.abort()
      store.setConnection({name: 'stopped', why: 'this page is closed'})
    },
  }
}
