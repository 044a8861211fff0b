/**
 * Remedy `poll`: refetch the open conversation, whatever the channel says: at a steady pace, or at one that follows what
 * happens. On any platform. Invented. Rule PO4.
 */
import type {PollPace} from '#protocol/policy.ts'
import type {ShownMessage, Surroundings} from '../chat-session.ts'
import type {ChatStore} from '../chat-store.ts'
import {adaptivePace, jitteredMs, nextWaitMs} from './poll-pace.ts'

export type PollNeeds = {
  readonly store: Pick<ChatStore, 'view'>
  /** Never rejects. */
  readonly refetch: () => Promise<void>
  readonly surroundings: Pick<Surroundings, 'setTimer' | 'random' | 'onWake'>
}

/** Returns what ends it. */
export function poll(needs: PollNeeds, pace: PollPace): () => void {
  return pace === 'adaptive' ? pollAdaptively(needs) : pollSteadily(needs, pace)
}

function pollSteadily({refetch, surroundings}: PollNeeds, everyMs: number): () => void {
  let cancel = surroundings.setTimer(tick, everyMs)

  function tick(): void {
    cancel = surroundings.setTimer(tick, everyMs)
    void refetch()
  }
  return () => cancel()
}

function pollAdaptively({store, refetch, surroundings}: PollNeeds): () => void {
  let cancel = () => {}
  let waitMs: number | null = null
  let isShown = false
  let isOver = false
  /** Counts the polls: an old one that ends late decides nothing any more. */
  let turn = 0
  let before = store.view().messages

  function wait(): void {
    if (isOver) return
    const {messages, phase} = store.view()
    waitMs = nextWaitMs(waitMs, {
      isBusy: phase === 'answering',
      hasChanged: !sameMessages(before, messages),
      isShown,
    })
    before = messages
    isShown = false
    cancel()
    cancel = surroundings.setTimer(() => void tick(), jitteredMs(waitMs, surroundings.random()))
  }

  async function tick(): Promise<void> {
    cancel()
    const mine = (turn += 1)
    // A read that hangs must not be the last one.
    cancel = surroundings.setTimer(() => void tick(), adaptivePace.slackestMs)
    await refetch()
    if (mine === turn) wait()
  }

  const stopListening = surroundings.onWake(() => {
    isShown = true
    if (!isOver) void tick()
  })
  wait()
  return () => {
    isOver = true
    stopListening()
    cancel()
  }
}

/** The view keeps the line of a message that did not change. */
const sameMessages = (a: readonly ShownMessage[], b: readonly ShownMessage[]) =>
  a.length === b.length && a.every((message, index) => message === b[index])
