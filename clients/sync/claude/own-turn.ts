/**
 * The turns that this tab begins: POST, stream, the way back when the stream is lost, and what the person is told. What
 * the page does after an answer is `after-turn.ts`. One at a time. Rules CL10, CL17–CL19, CC3–CC7.
 */
import type {KnownMessage} from '#protocol/known-message.ts'
import type {Surroundings} from '../chat-session.ts'
import type {ChatStore} from '../chat-store.ts'
import {messageIn} from '../conversation-state.ts'
import {ApiError} from '../http-caller.ts'
import type {Turn} from '../turn.ts'
import type {Visit} from '../visit.ts'
import type {ClaudeApi} from './api.ts'
import {askCompletion, nameTurn, type NamedTurn} from './ask-completion.ts'
import type {CompletionUpdate} from './completion-reader.ts'
import {readCompletion, type StreamEnd} from './completion-stream.ts'
import {limitInWords} from './limit-words.ts'
import {awaitAnswer} from './recovery.ts'

export type OwnTurnNeeds = {
  readonly store: ChatStore
  readonly api: ClaudeApi
  readonly model: string | undefined
  readonly surroundings: Surroundings
  /** A message as the server has it, to be passed on. */
  readonly onMessage: (message: KnownMessage) => void
  /** The turn ended in this tab, whose person is still in its conversation. */
  readonly onEnded: (turn: NamedTurn) => void
  /** The person went elsewhere before the end. */
  readonly onLeft: (turn: NamedTurn) => void
}

export type OwnTurns = {
  run(turn: Turn, visit: Visit): Promise<void>
  /** True when a turn of this tab was running and is to end now. */
  askToStop(): boolean
}

export function createOwnTurns(needs: OwnTurnNeeds): OwnTurns {
  const {store, api, surroundings} = needs
  let running: {isStopped: boolean} | null = null

  async function run(asked: Turn, visit: Visit): Promise<void> {
    const own = {isStopped: false}
    const turn = nameTurn(asked, surroundings)
    running = own
    let end: 'complete' | 'stopped' | 'failed'
    try {
      const streamed = await stream(turn, visit)
      end = streamed === 'cut' ? await recover(turn, visit, null) : streamed
    } finally {
      if (running === own) running = null
    }
    if (visit.signal.aborted) return needs.onLeft(turn)
    store.batch(() => {
      const outcome = own.isStopped && end === 'failed' ? 'stopped' : end
      if (outcome === 'failed' && store.view().notice === null)
        store.setNotice('The answer was cut off. What is shown may not be all of it.')
      store.apply({type: 'turn-ended', outcome})
    })
    needs.onEnded(turn)
    visit.turnEnded()
  }

  async function stream(turn: NamedTurn, visit: Visit): Promise<StreamEnd> {
    let response: Response
    try {
      response = await askCompletion(api, turn, needs.model)
    } catch (error) {
      if (!(error instanceof ApiError)) throw error
      return visit.signal.aborted ? 'cut' : endWithoutStream(error, turn, visit)
    }
    let received: string[] = []
    return readCompletion(
      response,
      {
        batch: store.batch,
        onUpdate(update) {
          if (update.type === 'started') received.push(update.promptId)
          if (update.type === 'answer') received.push(update.message.id)
          take(update, turn)
        },
        onPiece(at, bytes) {
          const messageIds = [...new Set(received)]
          received = []
          surroundings.witness({kind: 'received', via: 'answer-stream', topic: null, messageIds, bytes}, at)
        },
      },
      visit.signal,
      surroundings,
    )
  }

  function take(update: CompletionUpdate, turn: NamedTurn): void {
    const {conversationId, prompt} = turn
    switch (update.type) {
      case 'ready':
        return store.apply({type: 'accepted', conversationId, promptId: null})
      case 'started': {
        store.apply({type: 'accepted', conversationId, promptId: prompt?.id ?? null})
        if (prompt) {
          const said = {role: 'user', text: prompt.text, status: 'complete'} as const
          needs.onMessage({id: prompt.id, parentId: turn.parentId, said})
        }
        if (update.discardedParentId !== null)
          store.setNotice('The server attached this message to another place than this tab asked for.')
        return
      }
      case 'answer':
        store.apply({type: 'streamed', message: update.message})
        return needs.onMessage(update.message)
      case 'limit': {
        const words = limitInWords(update.kind)
        return words === null ? undefined : store.setNotice(words)
      }
      case 'error':
        return store.setNotice(update.message)
      case 'ended':
        return
    }
  }

  /** 409 says that the turn is there already, and is nothing to tell anybody (observed). */
  async function endWithoutStream(error: ApiError, turn: NamedTurn, visit: Visit): Promise<StreamEnd> {
    const mayHaveBegun = error.status === 0 || error.status === 409 || error.status >= 500
    if (mayHaveBegun) return recover(turn, visit, error.status === 409 ? null : error)
    store.setNotice(error.message)
    return 'failed'
  }

  /** `doubt`: why it is not known whether the server has the turn at all. */
  async function recover(
    turn: NamedTurn,
    visit: Visit,
    doubt: ApiError | null,
  ): Promise<'complete' | 'stopped' | 'failed'> {
    const {conversationId} = turn
    const {signal} = visit
    const recovery = await awaitAnswer(conversationId, doubt !== null, {api, surroundings, signal})
    if (signal.aborted) return 'failed'
    if (recovery.name === 'missing') {
      store.setNotice(doubt?.message ?? 'This conversation does not exist any more.')
      return 'failed'
    }
    if (recovery.name === 'unknown' && store.conversation().conversationId === null) {
      store.setNotice(doubt?.message ?? 'Nobody could say what became of this message.')
      return 'failed'
    }
    store.apply({type: 'accepted', conversationId, promptId: null})
    try {
      await visit.read('latest')
    } catch (error) {
      if (!(error instanceof ApiError)) throw error
      if (!signal.aborted) store.setNotice(error.message)
      return 'failed'
    }
    const outcome = outcomeInStore(turn)
    if (outcome === 'failed') {
      const complaint = recovery.name === 'ended' ? recovery.complaint : null
      store.setNotice(complaint ?? doubt?.message ?? null)
    }
    return outcome
  }

  /** How the turn's answer stands now; one that is not there failed. */
  function outcomeInStore({answerId}: NamedTurn): 'complete' | 'stopped' | 'failed' {
    const now = store.conversation()
    const status = messageIn(now, now.ownTurn?.answerId ?? answerId)?.status
    return status === 'complete' || status === 'stopped' ? status : 'failed'
  }

  return {
    run,
    askToStop() {
      if (running) running.isStopped = true
      return running !== null
    },
  }
}
