/**
 * What a person does to a conversation: send, edit, regenerate, choose a branch. Decides what may be done now and what is
 * asked for; how a turn is brought in is the platform's. What cannot be done becomes a notice. Rules TU5, TU7.
 */
import type {ChatSession, Surroundings} from './chat-session.ts'
import type {ChatStore} from './chat-store.ts'
import {parentForSend} from './conversation-state.ts'
import type {Turn} from './turn.ts'

export type PersonActs = Pick<ChatSession, 'send' | 'edit' | 'regenerate' | 'showBranch'>

type Needs = {
  readonly store: ChatStore
  readonly surroundings: Pick<Surroundings, 'newId' | 'witness'>
  /** Brings the turn in; the store knows of it already. */
  readonly begin: (turn: Turn) => Promise<void>
  /** Runs what must not throw into the page. */
  readonly quietly: (run: () => Promise<void>) => Promise<void>
}

export function createPersonActs({store, surroundings, begin, quietly}: Needs): PersonActs {
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

  function beginAnew(turn: Turn): Promise<void> {
    store.setNotice(null)
    return begin(turn)
  }

  function ask(act: 'sent' | 'edited', text: string, parentId: string): Promise<void> {
    const promptId = surroundings.newId()
    const {conversationId} = store.conversation()
    surroundings.witness({kind: 'acted', act, messageId: promptId, parentId})
    store.apply({type: 'sent', promptId, text, parentId})
    return beginAnew({conversationId, parentId, prompt: {id: promptId, text}})
  }

  return {
    send: (text) =>
      unlessHindered(async () => {
        if (text.trim() !== '') await ask('sent', text, parentForSend(store.conversation()))
      }),
    edit: (messageId, text) =>
      unlessHindered(async () => {
        const {tree, rootId} = store.conversation()
        const edited = tree.get(messageId)
        if (edited?.message?.role !== 'user' || text.trim() === '') return
        await ask('edited', text, edited.parentId ?? rootId)
      }),
    regenerate: (messageId) =>
      unlessHindered(async () => {
        const {tree, conversationId} = store.conversation()
        let prompt = tree.get(messageId)
        while (prompt && prompt.message?.role !== 'user') prompt = tree.get(prompt.parentId ?? '')
        if (!prompt) return
        surroundings.witness({kind: 'acted', act: 'regenerated', messageId, parentId: prompt.id})
        store.apply({type: 'asked-again', promptId: prompt.id})
        await beginAnew({conversationId, parentId: prompt.id, prompt: null})
      }),
    showBranch: (messageId) => store.apply({type: 'branch-chosen', messageId}),
  }
}
