/**
 * A Claude tab's session: composes push, answers, reads and remedies, and is what the page calls. Nothing it is asked for
 * throws; what went wrong becomes a notice. No DOM: the same session runs in a tab and in Node. Rules PO1–PO9, CC1–CC51, CF10–CF15, HB2–HB7.
 */
import {ROOT_MESSAGE_UUID} from '#protocol/claude/uuid.ts'
import {DEFAULT_MODEL} from '#protocol/model-choice.ts'
import {OBSERVED_HABITS} from '#protocol/page-habits.ts'
import type {Remedy} from '#protocol/policy.ts'
import type {ChatSession, SessionOptions} from '../chat-session.ts'
import {createChatStore} from '../chat-store.ts'
import {messageIn} from '../told-message.ts'
import {createConversationActs} from '../conversation-acts.ts'
import {createOutbox} from '../outbox.ts'
import {createPersonActs} from '../person-acts.ts'
import {quietlyIn} from '../quietly.ts'
import {createRefetcher} from '../refetcher.ts'
import {refetchOnFocus} from '../remedies/focus.ts'
import {poll} from '../remedies/poll.ts'
import {noRelay, openRelay} from '../remedies/relay.ts'
import {createVisit, type Visit} from '../visit.ts'
import {createAfterTurn} from './after-turn.ts'
import {createApi} from './api.ts'
import type {ClaudeSurroundings} from './claude-surroundings.ts'
import {owedRead, retryMode as usualRetryMode, type RetryMode} from './defaults.ts'
import {createLeftTurns} from './left-turns.ts'
import {createNews} from './news.ts'
import {createOwnTurns} from './own-turn.ts'
import type {PositionFollower} from './position-follower.ts'
import {probePosition} from './probe.ts'
import {keepRegistered, type PushRegistration} from './push-registration.ts'
import {awaitAnswer} from './recovery.ts'
import {createTaskPoll} from './task-poll.ts'
import {createToolApprovals} from './tool-approvals.ts'
import {followVisit} from './visit-position.ts'

export function createClaudeSession(
  options: SessionOptions,
  surroundings: ClaudeSurroundings,
  retryMode: RetryMode = usualRetryMode,
): ChatSession {
  const has = (remedy: Remedy) => options.remedies.includes(remedy)
  const guards = options.sendGuards ?? []
  const isIdempotent = guards.includes('idempotent')
  const life = new AbortController()
  const api = createApi(options, surroundings, life.signal)
  const store = createChatStore(ROOT_MESSAGE_UUID, surroundings, {
    model: options.model ?? DEFAULT_MODEL,
    canTryAgain: true,
  })
  const quietly = quietlyIn(store, life.signal)
  const {resend, outbox: keeps} = options.habits ?? OBSERVED_HABITS
  const outbox = keeps === 'replay' ? createOutbox(store, surroundings) : null
  const leaveBehind: (() => void)[] = []
  const followsLog = has('resume') || has('probe')
  const approvals = createToolApprovals({store, api, surroundings, quietly})
  const taskPoll = createTaskPoll(() => void visit.refetch(), surroundings)
  const newVisit = () =>
    createVisit({
      store,
      surroundings,
      async readConversation(id, freshness) {
        const noteApprovals = approvals.reading()
        const reading = await api.conversation(id, freshness)
        noteApprovals(reading.approvalIds)
        if (id === store.conversation().conversationId) taskPoll.read(reading.taskIds)
        return reading
      },
      ...(followsLog && {retry: owedRead}),
    })
  let registration: PushRegistration | null = null
  let visit = newVisit()
  let position = positionIn(visit)

  const listRefetcher = createRefetcher(async () =>
    store.applyToList({type: 'loaded', conversations: await api.list()}),
  )
  const refetchList = () => quietly(() => listRefetcher.request())

  const {afterTurn, giveTitle} = createAfterTurn({
    store,
    api,
    surroundings,
    refetchList: () => void refetchList(),
    leavesLeaf: followsLog,
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
    retryMode: isIdempotent ? 'expanded' : retryMode,
    isIdempotent,
    resend,
    outbox,
    surroundings,
    onMessage(message) {
      const {conversationId} = store.conversation()
      if (conversationId !== null) relay.pass({type: 'message', conversation_id: conversationId, message})
    },
    onEnded(turn) {
      relay.pass({type: 'turn-ended', conversation_id: turn.conversationId})
      if (turn.isNew) void quietly(async () => position?.begin())
      afterTurn(turn, visit)
    },
    onLeft: (turn) => void quietly(() => leftTurns.add(turn)),
    onApproval: approvals.asked,
  })

  const relay = has('relay')
    ? openRelay(
        options.userId,
        (frame, at, bytes) => {
          if (frame.conversation_id !== store.conversation().conversationId) return
          if (frame.type === 'turn-ended') {
            if (store.view().phase === 'answering') void visit.followOthers('latest')
            return
          }
          news.onRelayed(frame.message, at, bytes)
        },
        surroundings,
      )
    : noRelay

  const news = createNews({
    store,
    surroundings,
    visit: () => visit,
    position: () => position,
    refetchList: () => void refetchList(),
    approvalAsked: approvals.asked,
  })

  function positionIn(stay: Visit): PositionFollower | null {
    if (!followsLog) return null
    return followVisit(stay, {
      store,
      api,
      quietly,
      surroundings,
      channelId: () => registration?.channelId() ?? null,
      onDeafChannel: () => has('probe') && registration?.renew(),
    })
  }

  /** What was committed before the browser could be reached came by no push: it is asked for, or read once more. */
  async function closeGap(): Promise<void> {
    surroundings.witness({kind: 'connection', state: 'registered'})
    if (store.conversation().phase !== 'ready') return
    const checked = await position?.check()
    if (checked !== 'alive' && checked !== 'behind') await visit.refetch('latest')
  }

  function enter(conversationId: string | null): void {
    visit.end()
    dropPending()
    approvals.forget()
    taskPoll.stop()
    visit = newVisit()
    position = positionIn(visit)
    store.batch(() => {
      store.setNotice(null)
      store.show(conversationId)
      if (conversationId !== null) store.applyToList({type: 'opened', id: conversationId})
    })
    if (conversationId !== null) leftTurns.forget(conversationId)
  }

  async function open(conversationId: string): Promise<void> {
    enter(conversationId)
    const current = visit
    await position?.begin()
    // Where the log could not be followed, or there is none.
    if (current === visit && store.conversation().phase === 'loading') await current.refetch()
    await join(current)
  }

  async function refetchAndJoin(): Promise<void> {
    const current = visit
    await current.refetch()
    await join(current)
  }

  /** An answer that is being written when the tab comes cannot be joined: it is waited for, and then read. */
  async function join(current: Visit): Promise<void> {
    if (current !== visit) return
    const {conversationId, ownTurn, phase} = store.conversation()
    if (conversationId === null || phase !== 'ready' || ownTurn !== null) return
    await current.join(() => awaitOthersAnswer(conversationId, current))
  }

  async function awaitOthersAnswer(conversationId: string, {signal, refetch}: Visit): Promise<void> {
    const {is_pending} = await api.status(conversationId, false)
    if (!is_pending || signal.aborted) return
    store.apply({type: 'pending', isPending: true})
    const recovery = await awaitAnswer(conversationId, false, api, {surroundings, signal})
    if (signal.aborted) return
    await refetch('latest')
    if (recovery.name === 'ended' && recovery.complaint !== null) store.setNotice(recovery.complaint)
    store.apply({type: 'pending', isPending: false})
  }

  const {dropPending, ...acts} = createPersonActs({
    store,
    surroundings,
    guards,
    visit: () => visit,
    quietly,
    begin: (turn) => ownTurns.run(turn, visit),
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
    approve: approvals.approve,
    view: store.view,
    subscribe: store.subscribe,
    async start() {
      leaveBehind.push(surroundings.push.onPush(news.onPush))
      registration = keepRegistered({
        api,
        surroundings,
        life: life.signal,
        quietly,
        onView: store.setConnection,
        onRegistered: closeGap,
      })
      leaveBehind.push(registration.close)
      const refetch = () => visit.followOthers()
      if (has('poll')) leaveBehind.push(poll({store, refetch, surroundings}, options.pollPace))
      if (has('probe'))
        leaveBehind.push(
          probePosition({
            check: async () => (await position?.check()) ?? null,
            onChecked: ownTurns.endIfOutrun,
            quietly,
            surroundings,
          }),
        )
      if (has('focus')) leaveBehind.push(refetchOnFocus(() => void quietly(refetchAndJoin), surroundings))
      await refetchList()
    },
    openConversation: (conversationId) => quietly(() => open(conversationId)),
    newConversation: () => enter(null),
    stop: () =>
      quietly(async () => {
        if (outbox?.takeBack()) return
        const now = store.conversation()
        const {conversationId, leafId} = now
        if (conversationId === null || store.view().phase !== 'answering') return
        const answerId = leafId !== null && messageIn(now, leafId)?.role === 'assistant' ? leafId : null
        surroundings.witness({kind: 'acted', act: 'stopped', messageId: answerId, parentId: null})
        visit.stopAsked()
        const isOwn = ownTurns.askToStop()
        await api.stop(conversationId)
        if (!isOwn) await visit.refetch('latest')
      }),
    refetch: () => quietly(() => visit.refetch()),
    close() {
      for (const leave of leaveBehind) leave()
      relay.close()
      visit.end()
      taskPoll.stop()
      life.abort()
      store.setConnection({name: 'stopped', why: 'this page is closed'})
    },
  }
}
