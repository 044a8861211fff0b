/**
 * Tasks that fall due by a clock: a prompt and an answer of the server's own, each a message like any other. Knows no
 * platform's words and no HTTP. A task lives as long as its process. Rules TG8–TG9.
 */
import type {User} from '../accounts/user.ts'
import {promptText} from '../model/words.ts'
import {createOwnWords} from './own-words.ts'
import type {TasksParts} from './tasks.ts'

export type ScheduledTasks = {
  /**
   * Its id. What falls due in a conversation that is gone by then is dropped. Throws TypeError where the person has no such
   * conversation, and for a time that is none.
   */
  readonly schedule: (user: User, conversationId: string, inMs: number) => string
  readonly forgetUser: (userId: string) => void
}

const PROMPT_WORDS = 9

export function createScheduledTasks(parts: Omit<TasksParts, 'showsBegun'>): ScheduledTasks {
  const {store, publisher, scheduler, newMessageId} = parts
  const words = createOwnWords(store, newMessageId)
  /** Whose they are. */
  const planned = new Map<string, string>()

  function schedule(user: User, conversationId: string, inMs: number): string {
    words.find(user, conversationId)
    const taskId = newMessageId()
    scheduler.plan(inMs, () => {
      try {
        fallDue(user, conversationId, taskId)
      } catch {
        // The store is full or broken: this one is not written, the others and the server go on.
      }
    })
    planned.set(taskId, user.id)
    const of = {type: 'task', taskId, of: 'scheduled'} as const
    publisher.announce(user, conversationId, {...of, phase: 'planned', message: null})
    return taskId
  }

  /** Nobody waits for it: it is written when it is whole. */
  function fallDue(user: User, conversationId: string, taskId: string): void {
    const conversation = planned.delete(taskId) ? store.find(conversationId, user.id) : undefined
    if (!conversation) return
    const of = {type: 'task', taskId, of: 'scheduled'} as const
    publisher.announce(user, conversationId, {...of, phase: 'started', message: null})
    const key = `${user.settings.model.seed}/scheduled/${store.messages(conversationId).length}`
    const {prompt, answer} = store.transaction(() => {
      const asked = words.add(conversationId, {
        role: 'user',
        parentId: conversation.leafId,
        text: promptText(key, PROMPT_WORDS),
      })
      const text = words.tokensAfter(user, conversationId, asked.id).join('')
      return {prompt: asked, answer: words.add(conversationId, {role: 'assistant', parentId: asked.id, text})}
    })
    publisher.committed(user, prompt)
    publisher.announce(user, conversationId, {type: 'message-committed', message: prompt})
    publisher.committed(user, answer)
    publisher.announce(user, conversationId, {...of, phase: 'completed', message: answer})
  }

  return {
    schedule,
    forgetUser(userId) {
      for (const [id, ownerId] of planned) if (ownerId === userId) planned.delete(id)
    },
  }
}
