/**
 * What a person does to a conversation: send, edit, regenerate, choose a branch, decide a conflict. Decides what may be
 * done now and what is asked for; how a turn is brought in is the platform's. What cannot be done becomes a notice.
 * Rules TU5, TU7, CF2, CF10–CF14.
 */
import type {SendGuard} from '#protocol/send-guard.ts'
import type {ChatSession, Surroundings} from './chat-session.ts'
import type {ChatStore} from './chat-store.ts'
import {isOnChosenBranch, knownLeaf, parentForSend} from './known-leaf.ts'
import {next, type PendingSend, type PendingSendEvent, type Wanted} from './pending-send.ts'
import type {Turn, TurnRefusal} from './turn.ts'
import type {Visit} from './visit.ts'

export type PersonActs = Pick<
  ChatSession,
  'send' | 'edit' | 'regenerate' | 'showBranch' | 'showChanges' | 'sendAnyway'
>

type Needs = {
  readonly store: ChatStore
  readonly surroundings: Pick<Surroundings, 'newId' | 'witness'>
  readonly guards: readonly SendGuard[]
  /** The stay that the tab is in now. */
  readonly visit: () => Pick<Visit, 'read' | 'isBehind' | 'signal'>
  /** Brings the turn in; the store knows of it already. Says whether the server refused it for a conflict. */
  readonly begin: (turn: Turn) => Promise<TurnRefusal | null>
  /** Runs what must not throw into the page. */
  readonly quietly: (run: () => Promise<void>) => Promise<void>
}

/** Every sentence about it begins so: histories are judged by it (SG21). */
export const CHANGED_ELSEWHERE = 'This conversation changed in another tab.'
const NOT_SENT = `${CHANGED_ELSEWHERE} What you wrote was not sent.`

export function createPersonActs(needs: Needs): PersonActs & {readonly dropPending: () => void} {
  const {store, surroundings, quietly} = needs
  const has = (guard: SendGuard) => needs.guards.includes(guard)
  let pending: PendingSend = {name: 'idle'}

  function advance(event: PendingSendEvent): void {
    const before = pending
    pending = next(before, event)
    if (pending === before) return
    store.batch(() => {
      if (pending.name !== 'conflict') return store.setConflict(null)
      const {wanted, currentLeafId, why} = pending
      store.setConflict({text: 'text' in wanted ? wanted.text : null, currentLeafId, why})
      store.setNotice(NOT_SENT)
    })
  }

  /** Why nothing can be sent now, or null. */
  function hindrance(): string | null {
    const {phase, ownTurn} = store.conversation()
    if (phase === 'loading') return 'The conversation is still loading.'
    if (phase === 'missing') return store.view().notice ?? 'This conversation does not exist any more.'
    if (pending.name === 'looking') return 'Wait until the conversation has been read.'
    return ownTurn === null ? null : 'Wait until the answer has ended, or stop it.'
  }

  const unlessHindered = (run: () => Promise<void>) =>
    quietly(async () => {
      const why = hindrance()
      if (why !== null) return store.setNotice(why)
      await run()
    })

  const toEndOfConversation = () => {
    const {serverLeafId} = store.conversation()
    if (serverLeafId !== null) store.apply({type: 'branch-chosen', messageId: serverLeafId})
  }

  /** Reads the conversation where there is one; false when it is gone, or the person has left it meanwhile. */
  async function look(visit: Pick<Visit, 'read' | 'signal'>): Promise<boolean> {
    const {conversationId} = store.conversation()
    try {
      if (conversationId !== null) await visit.read('latest')
    } catch (error) {
      if (store.conversation().phase === 'missing') return false
      throw error
    }
    return !visit.signal.aborted
  }

  async function want(wanted: Wanted): Promise<void> {
    const visit = needs.visit()
    advance({type: 'wanted', wanted})
    await settling(wanted, visit, async () => {
      const before = knownLeaf(store.conversation())
      if (has('refetch-first') && !(await look(visit))) return
      const after = knownLeaf(store.conversation())
      if (has('warn-first') && (visit.isBehind() || after !== before))
        return advance({type: 'warned', wanted, currentLeafId: after})
      await go(wanted, visit)
    })
  }

  async function go(wanted: Wanted, visit: Pick<Visit, 'signal'>): Promise<void> {
    advance({type: 'looked', wanted})
    const refusal = await askFor(wanted)
    if (refusal !== null && !visit.signal.aborted) advance({type: 'refused', wanted, ...refusal})
  }

  /** Whatever becomes of it, nothing is pending afterwards but a conflict. */
  async function settling(
    wanted: Wanted,
    visit: Pick<Visit, 'signal'>,
    run: () => Promise<void>,
  ): Promise<void> {
    try {
      await run()
    } finally {
      if (!visit.signal.aborted) advance({type: 'ended', wanted})
    }
  }

  async function askFor(wanted: Wanted): Promise<TurnRefusal | null> {
    const now = store.conversation()
    switch (wanted.act) {
      case 'sent':
        return ask('sent', wanted.text, parentForSend(now), isOnChosenBranch(now))
      case 'edited': {
        const edited = now.tree.get(wanted.messageId)
        return ask('edited', wanted.text, edited?.parentId ?? now.rootId, true)
      }
      case 'regenerated':
        return askAgain(wanted.messageId)
    }
  }

  const whereAndHow = () => {
    const now = store.conversation()
    const {conversationId} = now
    // What the picker names, right or not; of a new chat only what somebody chose.
    const model = conversationId === null ? now.model : store.view().model
    return {conversationId, model, shownLeafId: has('if-match') ? knownLeaf(now) : null}
  }

  function beginAnew(turn: Turn): Promise<TurnRefusal | null> {
    store.setNotice(null)
    return needs.begin(turn)
  }

  function ask(
    act: 'sent' | 'edited',
    text: string,
    parentId: string,
    meansBranch: boolean,
  ): Promise<TurnRefusal | null> {
    const promptId = surroundings.newId()
    const place = {...whereAndHow(), parentId, meansBranch}
    surroundings.witness({kind: 'acted', act, messageId: promptId, parentId})
    store.apply({type: 'sent', promptId, text, parentId})
    return beginAnew({...place, prompt: {id: promptId, text}})
  }

  async function askAgain(messageId: string): Promise<TurnRefusal | null> {
    const promptId = promptOf(messageId)
    if (promptId === null) return null
    const place = {...whereAndHow(), parentId: promptId, meansBranch: true}
    surroundings.witness({kind: 'acted', act: 'regenerated', messageId, parentId: promptId})
    store.apply({type: 'asked-again', promptId})
    return beginAnew({...place, prompt: null})
  }

  function promptOf(messageId: string): string | null {
    const {tree} = store.conversation()
    let prompt = tree.get(messageId)
    while (prompt && prompt.message?.role !== 'user') prompt = tree.get(prompt.parentId ?? '')
    return prompt?.id ?? null
  }

  return {
    send: (text) =>
      unlessHindered(async () => {
        if (text.trim() !== '') await want({act: 'sent', text})
      }),
    edit: (messageId, text) =>
      unlessHindered(async () => {
        const edited = store.conversation().tree.get(messageId)
        if (edited?.message?.role !== 'user' || text.trim() === '') return
        await want({act: 'edited', messageId, text})
      }),
    regenerate: (messageId) =>
      unlessHindered(async () => {
        if (promptOf(messageId) !== null) await want({act: 'regenerated', messageId})
      }),
    showBranch(messageId) {
      store.apply({type: 'branch-chosen', messageId})
      const {leafId} = store.conversation()
      if (leafId !== null) surroundings.witness({kind: 'branch-chosen', messageId: leafId})
    },
    showChanges: () =>
      quietly(async () => {
        if (pending.name !== 'conflict') return
        if (!(await look(needs.visit()))) return
        store.batch(() => {
          toEndOfConversation()
          advance({type: 'show'})
          store.setNotice(null)
        })
      }),
    sendAnyway: () =>
      unlessHindered(async () => {
        if (pending.name !== 'conflict') return
        const visit = needs.visit()
        advance({type: 'send-anyway'})
        const {wanted} = pending
        await settling(wanted, visit, async () => {
          if (!(await look(visit))) return
          if (wanted.act === 'sent') toEndOfConversation()
          await go(wanted, visit)
        })
      }),
    /** Another conversation is opened: what waited for a decision is dropped. */
    dropPending: () => advance({type: 'drop'}),
  }
}
