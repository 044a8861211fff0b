/**
 * Work in the background: told to begin, go on and end from outside. Its result is a message like any other. Knows no
 * platform's words and no HTTP. A task lives as long as its process. Rules TG2, TG7, TG11.
 */
import type {User} from '../accounts/user.ts'
import type {StoredMessage} from '../conversation/message.ts'
import {createOwnWords} from './own-words.ts'
import type {TasksParts} from './tasks.ts'

export type BackgroundTasks = {
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

export function createBackgroundTasks(parts: Omit<TasksParts, 'scheduler'>): BackgroundTasks {
  const {store, publisher, newMessageId, showsBegun} = parts
  const words = createOwnWords(store, newMessageId)
  const running = new Map<string, Running>()
  const unread = new Set<string>()

  const runningTask = (taskId: string): Running => {
    const task = running.get(taskId)
    if (!task) throw new TypeError('no such task runs')
    return task
  }

  function start(user: User, conversationId: string): string {
    const {leafId} = words.find(user, conversationId)
    const id = newMessageId()
    const tokens = words.tokensAfter(user, conversationId, leafId)
    const answerId = showsBegun ? beginMessage(id, conversationId, leafId) : null
    const task = {id, user, conversationId, tokens, answerId, steps: 0}
    running.set(id, task)
    tell(task, 'started', shown(task))
    return id
  }

  /** Its result as far as it is in the conversation. */
  const shown = ({conversationId, answerId}: Running): StoredMessage | null =>
    answerId === null ? null : (store.message(conversationId, answerId) ?? null)

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
    return tell(task, 'progressed', shown(task))
  }

  function complete(taskId: string): void {
    const task = runningTask(taskId)
    const {user, conversationId, answerId, tokens} = task
    running.delete(taskId)
    const text = textOf(task, tokens.length)
    const message =
      answerId === null
        ? words.add(conversationId, {
            role: 'assistant',
            parentId: store.any(conversationId)?.leafId ?? null,
            text,
          })
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
    const text = shown(task)?.text ?? ''
    store.advanceTurn(taskId, {type: 'stop-asked'})
    const message = store.endTurn({id: taskId, conversationId, answerId}, {type: 'halted'}, text)
    publisher.committed(user, message)
    unread.add(conversationId)
    return tell(task, 'stopped', message)
  }

  const tell = (
    {id: taskId, user, conversationId}: Pick<Running, 'id' | 'user' | 'conversationId'>,
    phase: 'started' | 'progressed' | 'completed' | 'stopped',
    message: StoredMessage | null,
  ) => publisher.announce(user, conversationId, {type: 'task', taskId, of: 'background', phase, message})

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
    forgetUser(userId) {
      for (const [id, {user}] of running) if (user.id === userId) running.delete(id)
    },
  }
}

const textOf = ({tokens}: Pick<Running, 'tokens'>, count: number): string => tokens.slice(0, count).join('')
