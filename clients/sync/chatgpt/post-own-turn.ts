/** How a ChatGPT tab's own turn is posted, and posted again where the page does so by itself. Rules CF11, HB2–HB4. */
import type {PageHabits} from '#protocol/page-habits.ts'
import type {Surroundings} from '../chat-session.ts'
import type {ChatStore} from '../chat-store.ts'
import type {Outbox} from '../outbox.ts'
import type {Turn} from '../turn.ts'
import {createTurnPost, type PostTurn} from '../turn-post.ts'
import {resumeRules} from './defaults.ts'

export type OwnPostNeeds = {
  readonly store: Pick<ChatStore, 'apply'>
  readonly surroundings: Pick<Surroundings, 'newId'>
  readonly postTurn: (turn: Turn) => Promise<Response>
  /** A POST that had no answer may be sent again. */
  readonly isIdempotent: boolean
  readonly resend: PageHabits['resend']
  /** Null where nothing waits for the network. */
  readonly outbox: Outbox | null
  /** Of the waits between two attempts. */
  readonly pauses: Pick<Surroundings, 'setTimer'>
}

export function createOwnPost({store, surroundings, postTurn, ...rest}: OwnPostNeeds): PostTurn<Turn> {
  return createTurnPost<Turn>({
    ...rest,
    post: postTurn,
    idleMs: resumeRules.idleMs,
    // What comes of a second attempt tells of the first one only if the server knows nothing of either.
    isOpen: ({prompt}, first, {refusal}) => prompt !== null && !first.isDefinite && refusal === null,
    tellsAll: ({refusal}) => refusal !== null,
    renamed(turn) {
      if (!turn.prompt) return turn
      const prompt = {...turn.prompt, id: surroundings.newId()}
      store.apply({type: 'sent', promptId: prompt.id, text: prompt.text, parentId: turn.parentId})
      return {...turn, prompt}
    },
  })
}
