/**
 * Work that goes on without a turn: in the background, told to begin, go on and end from outside; and scheduled, by a clock.
 * Its result is a message like any other. Knows no platform's words and no HTTP. A task lives as long as its process.
 * Rules TG2, TG7–TG9.
 */
import type {User} from '../accounts/user.ts'
import type {ConversationStore} from '../conversation/conversation-store.ts'
import type {StoredMessage} from '../conversation/message.ts'
import {planKey} from '../conversation/plan-key.ts'
import type {Publisher} from '../conversation/publisher.ts'
import {planAnswer} from '../model/answer-plan.ts'
import {promptText} from '../model/words.ts'
import type {Scheduler} from './scheduler.ts'

export type TasksParts = {
  readonly store: ConversationStore
  readonly publisher: Publisher
  readonly scheduler: Pick<Scheduler, 'plan'>
  readonly newMessageId: () => string
  /** Whether the result is in the conversation from the beginning, as an answer that is being written. */
  readonly showsBegun: boolean
}

export type Tasks = {
  /** Its id. Throws TypeError where the person has no such conversation. */
  readonly start: (user: User, conversationId: string) => string
  /** These three throw TypeError for a task that does not run. */
  readonly progress: (taskId: string) => void
  readonly complete: (taskId: string) => void
  readonly stop: (taskId: string) => void
  readonly isRunning: (taskId: string) => boolean
  /** In the order they began. */
  readonly runningIn: (conversationId: string) => readonly string[]
  readonly stopIn: (conversationId: string) => void
  /** Whether a task has ended there with something to be seen, and nobody said to have seen it. */
  readonly isUnread: (conversationId: string) => boolean
  readonly markRead: (conversationId: string) => void
  /** Its id. What falls due in a conversation that is gone by then is dropped. Throws TypeError as `start` does. */
  readonly schedule: (user: User, conversationId: string, inMs: number) => string
  readonly forgetUser: (userId: string) => void
}

type Running = {
  readonly id: string
  readonly user: User
  readonly conversationId: string
  readonly tokens: readonly string[]
  /** Null where the result is not in the conversation yet. */
  readonly answerId: string | null
  steps: number
}

const PROMPT_WORDS = 9

export function createTasks({store, publisher, scheduler, newMessageId, showsBegun}: TasksParts): Tasks {
  const running = new Map<string, Running>()
  const planned = new Map<string, string>()
  const unread = new Set<string>()

  const find = (user: User, conversationId: string) => {
    const conversation = store.find(conversationId, user.id)
    if (!conversation) throw new TypeError('no such conversation')
    return conversation
  }

  const runningTask = (taskId: string): Running => {
    const task = running.get(taskId)
    if (!task) throw new TypeError('no such task runs')
    return task
  }

  /** What the scripted model writes at the end of the conversation, of its own accord. */
  const written = (user: User, conversationId: string, parentId: string | null) =>
    planAnswer(user.settings.model, `task/${planKey(store.messages(conversationId), null, parentId)}`).tokens

  function start(user: User, conversationId: string): string {
    const {leafId} = find(user, conversationId)
    const id = newMessageId()
    const tokens = written(user, conversationId, leafId)
    const answerId = showsBegun ? beginMessage(id, conversationId, leafId) : null
    running.set(id, {id, user, conversationId, tokens, answerId, steps: 0})
    tell(
      runningTask(id),
      'started',
      answerId === null ? null : (store.message(conversationId, answerId) ?? null),
    )
    return id
  }

  function beginMessage(taskId: string, conversationId: string, parentId: string | null): string {
    const turn = {id: taskId, conversationId, answerId: newMessageId()}
    store.transaction(() => {
      store.beginTurn(turn)
      store.addMessage({
        id: turn.answerId,
        conversationId,
        parentId,
        role: 'assistant',
        text: '',
        status: 'in_progress',
        turnId: taskId,
        model: null,
      })
      store.advanceTurn(taskId, {type: 'began'})
    })
    return turn.answerId
  }

  /** A half of it, two thirds, three quarters: always more, never all. */
  function progress(taskId: string): void {
    const task = runningTask(taskId)
    const {user, conversationId, answerId, tokens} = task
    task.steps += 1
    if (answerId === null) return tell(task, 'progressed', null)
    const text = textOf(task, Math.ceil(tokens.length * (1 - 1 / (task.steps + 1))))
    store.writeOn(conversationId, answerId, text)
    publisher.appended(user, {id: answerId, conversationId}, text.length)
    return tell(task, 'progressed', store.message(conversationId, answerId) ?? null)
  }

  function complete(taskId: string): void {
    const task = runningTask(taskId)
    const {user, conversationId, answerId, tokens} = task
    running.delete(taskId)
    const text = textOf(task, tokens.length)
    const message =
      answerId === null
        ? addAnswer(conversationId, store.any(conversationId)?.leafId ?? null, text)
        : store.endTurn({id: taskId, conversationId, answerId}, {type: 'finished'}, text)
    publisher.appended(user, message, text.length)
    publisher.committed(user, message)
    unread.add(conversationId)
    tell(task, 'completed', message)
  }

  function stop(taskId: string): void {
    const task = runningTask(taskId)
    const {user, conversationId, answerId} = task
    running.delete(taskId)
    if (answerId === null) return tell(task, 'stopped', null)
    const text = store.message(conversationId, answerId)?.text ?? ''
    store.advanceTurn(taskId, {type: 'stop-asked'})
    const message = store.endTurn({id: taskId, conversationId, answerId}, {type: 'halted'}, text)
    publisher.committed(user, message)
    unread.add(conversationId)
    return tell(task, 'stopped', message)
  }

  const addAnswer = (conversationId: string, parentId: string | null, text: string): StoredMessage =>
    store.addMessage({
      id: newMessageId(),
      conversationId,
      parentId,
      role: 'assistant',
      text,
      status: 'complete',
      turnId: null,
      model: null,
    })

  const tell = (
    {id: taskId, user, conversationId}: Pick<Running, 'id' | 'user' | 'conversationId'>,
    phase: 'started' | 'progressed' | 'completed' | 'stopped',
    message: StoredMessage | null,
  ) => publisher.announce(user, conversationId, {type: 'task', taskId, of: 'background', phase, message})

  function schedule(user: User, conversationId: string, inMs: number): string {
    find(user, conversationId)
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
      const asked = store.addMessage({
        id: newMessageId(),
        conversationId,
        parentId: conversation.leafId,
        role: 'user',
        text: promptText(key, PROMPT_WORDS),
        status: 'complete',
        turnId: null,
        model: null,
      })
      const text = written(user, conversationId, asked.id).join('')
      return {prompt: asked, answer: addAnswer(conversationId, asked.id, text)}
    })
    publisher.committed(user, prompt)
    publisher.announce(user, conversationId, {type: 'message-committed', message: prompt})
    publisher.committed(user, answer)
    publisher.announce(user, conversationId, {...of, phase: 'completed', message: answer})
  }

  const runningIn = (conversationId: string) =>
    [...running.values()].flatMap((task) => (task.conversationId === conversationId ? [task.id] : []))

  return {
    start,
    progress,
    complete,
    stop,
    isRunning: (taskId) => running.has(taskId),
    runningIn,
    stopIn: (conversationId) => runningIn(conversationId).forEach(stop),
    isUnread: (conversationId) => unread.has(conversationId),
    markRead: (conversationId) => void unread.delete(conversationId),
    schedule,
    forgetUser(userId) {
      for (const [id, {user}] of running) if (user.id === userId) running.delete(id)
      for (const [id, ownerId] of planned) if (ownerId === userId) planned.delete(id)
    },
  }
}

const textOf = ({tokens}: Pick<Running, 'tokens'>, count: number): string => tokens.slice(0, count).join('')
