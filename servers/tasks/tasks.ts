/** All of a platform's work without a turn: in the background, and scheduled. Rules TG2, TG7–TG9. */
import type {ConversationStore} from '../conversation/conversation-store.ts'
import type {Publisher} from '../conversation/publisher.ts'
import {createBackgroundTasks, type BackgroundTasks} from './background-tasks.ts'
import {createScheduledTasks, type ScheduledTasks} from './scheduled-tasks.ts'
import type {Scheduler} from './scheduler.ts'

export type TasksParts = {
  readonly store: ConversationStore
  readonly publisher: Publisher
  readonly scheduler: Pick<Scheduler, 'plan'>
  readonly newMessageId: () => string
  /** Whether a background task's result is in the conversation from the beginning, as an answer that is being written. */
  readonly showsBegun: boolean
}

export type Tasks = BackgroundTasks & ScheduledTasks

export function createTasks(parts: TasksParts): Tasks {
  const background = createBackgroundTasks(parts)
  const scheduled = createScheduledTasks(parts)
  return {
    ...background,
    ...scheduled,
    forgetUser(userId) {
      background.forgetUser(userId)
      scheduled.forgetUser(userId)
    },
  }
}
