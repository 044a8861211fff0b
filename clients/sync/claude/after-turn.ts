/**
 * What the page does once an answer has ended: reads the tree again, reads the list again, moves the leaf, and asks for a
 * title after the first turn. Observed, in this order; none waits for the other, and none disturbs the person. Rules CC7, CC47.
 */
import type {Surroundings} from '../chat-session.ts'
import type {ChatStore} from '../chat-store.ts'
import {messageIn} from '../told-message.ts'
import {pathTo} from '../message-tree.ts'
import {ApiError} from '../http-caller.ts'
import type {Visit} from '../visit.ts'
import type {ClaudeApi} from './api.ts'
import type {NamedTurn} from './ask-completion.ts'
import type {PushSurroundings} from './claude-surroundings.ts'

export type AfterTurnNeeds = {
  readonly store: ChatStore
  readonly api: ClaudeApi
  readonly surroundings: Pick<Surroundings, 'pageState'> & {readonly push: PushSurroundings}
  readonly refetchList: () => void
  /** The server has moved the leaf with the turn; doing it once more may hide what was said meanwhile. */
  readonly leavesLeaf: boolean
}

export function createAfterTurn(needs: AfterTurnNeeds) {
  const {store, api, surroundings} = needs

  function afterTurn({conversationId, isNew}: NamedTurn, visit: Visit): void {
    if (store.conversation().conversationId === null) return
    void visit.refetch('latest')
    needs.refetchList()
    const answer = endedAnswer()
    if (!answer) return
    if (!needs.leavesLeaf) void untold(api.setLeaf(conversationId, answer.id))
    if (isNew) void giveTitle(conversationId, answer.prompt)
    if (answer.isWhole) tellOf(conversationId, answer.id)
  }

  async function giveTitle(conversationId: string, promptText: string): Promise<void> {
    const title = await untold(api.title(conversationId, promptText))
    if (title === null) return
    store.batch(() => {
      if (store.conversation().conversationId === conversationId) store.apply({type: 'titled', title})
      store.applyToList({type: 'titled', id: conversationId, title})
    })
    needs.refetchList()
  }

  type Ended = {readonly id: string; readonly isWhole: boolean; readonly prompt: string}

  /** The answer at the end of what is shown, when the server has it; with what was asked. */
  function endedAnswer(): Ended | null {
    const now = store.conversation()
    const [id, ...earlier] = pathTo(now.tree, now.leafId).toReversed()
    const message = id === undefined ? null : messageIn(now, id)
    if (id === undefined || message?.role !== 'assistant') return null
    if (message.status !== 'complete' && message.status !== 'stopped') return null
    const prompt = earlier.map((before) => messageIn(now, before)).find((before) => before?.role === 'user')
    return {id, isWhole: message.status === 'complete', prompt: prompt?.text ?? ''}
  }

  /** Who looks at the tab has seen the answer; for who does not, the worker may show a notification. */
  function tellOf(conversationId: string, messageId: string): void {
    if (surroundings.pageState().visible) return surroundings.push.seen(messageId)
    const title = store.conversation().title || 'New chat'
    surroundings.push.showCompletion({conversationId, messageId, title, body: 'The answer is complete.'})
  }

  return {afterTurn, giveTitle}
}

/** What is not worth a word to the person when it fails: the next reading puts it right. */
async function untold<T>(asked: Promise<T>): Promise<T | null> {
  try {
    return await asked
  } catch (error) {
    if (error instanceof ApiError) return null
    throw error
  }
}
