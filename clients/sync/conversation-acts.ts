/**
 * What a person does with a whole conversation: rename it, delete it, choose what answers in it. Shown at once, and taken back
 * with a notice where the server did not take it. Rules PG7–PG9, CF16.
 */
import type {ChatSession, Surroundings} from './chat-session.ts'
import type {ChatStore} from './chat-store.ts'
import {ApiError} from './http-caller.ts'
import type {Visit} from './visit.ts'

export type ConversationActs = Pick<ChatSession, 'rename' | 'deleteConversation' | 'chooseModel'>

type Needs = {
  readonly store: ChatStore
  readonly surroundings: Pick<Surroundings, 'witness'>
  readonly api: {
    rename(id: string, title: string): Promise<void>
    remove(id: string): Promise<void>
    chooseModel(id: string, model: string): Promise<void>
  }
  /** The stay that the tab is in now. */
  readonly visit: () => Pick<Visit, 'signal' | 'gone' | 'leave'>
  /** Begins a new chat. */
  readonly newConversation: () => void
  /** Runs what must not throw into the page. */
  readonly quietly: (run: () => Promise<void>) => Promise<void>
}

type Act = 'renamed' | 'deleted' | 'model-chosen'

export function createConversationActs(needs: Needs): ConversationActs {
  const {store, surroundings, api, quietly} = needs

  const stamp = (act: Act) => surroundings.witness({kind: 'acted', act, messageId: null, parentId: null})

  /** Where there is nothing to be named or deleted, the page has no control for it either. */
  const isHere = () => store.conversation().phase === 'ready'

  /** Shows what is wanted while it is asked for; what was there before comes back where it is refused. */
  async function change(show: () => void, ask: () => Promise<void>, takeBack: () => void): Promise<void> {
    const visit = needs.visit()
    store.batch(() => {
      store.setNotice(null)
      show()
    })
    try {
      await ask()
      // A reading that began before may have come meanwhile.
      if (!visit.signal.aborted) store.batch(show)
    } catch (error) {
      if (visit.signal.aborted) return
      store.batch(takeBack)
      if (error instanceof ApiError && error.status === 404) return visit.gone('not found')
      throw error
    }
  }

  return {
    rename: (wanted) =>
      quietly(async () => {
        const title = wanted.trim()
        const {conversationId: id, title: before} = store.conversation()
        if (id === null || !isHere() || title === '' || title === before) return
        stamp('renamed')
        const show = (called: string) => () => {
          store.apply({type: 'titled', title: called})
          store.applyToList({type: 'titled', id, title: called})
        }
        await change(show(title), () => api.rename(id, title), show(before))
      }),
    deleteConversation: () =>
      quietly(async () => {
        const {conversationId: id} = store.conversation()
        if (id === null || !isHere()) return
        const visit = needs.visit()
        stamp('deleted')
        store.setNotice(null)
        const stay = visit.leave()
        try {
          await api.remove(id)
        } catch (error) {
          // What another tab has deleted is as this person wants it.
          if (!(error instanceof ApiError && error.status === 404)) {
            stay()
            throw error
          }
        }
        store.batch(() => {
          if (!visit.signal.aborted) needs.newConversation()
          store.applyToList({type: 'deleted', id})
        })
      }),
    chooseModel: (model) =>
      quietly(async () => {
        const {conversationId: id, model: before} = store.conversation()
        if (!isHere() || model === store.view().model) return
        stamp('model-chosen')
        const show = (chosen: string | null) => () => store.apply({type: 'model-chosen', model: chosen})
        // A new chat takes it along with its first message.
        if (id === null) return show(model)()
        await change(show(model), () => api.chooseModel(id, model), show(before))
      }),
  }
}
