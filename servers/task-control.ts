/**
 * The triggers that a runner pulls behind the page's back: tasks, the clock of what is scheduled, a limit, an approval, and
 * another client of the person's. Invented; harness only. Rules TG2, TG7–TG12.
 */
import {PLATFORMS} from '#protocol/platform.ts'
import type {User} from './accounts/user.ts'
import type {ComposedPlatform} from './platforms/composed-platform.ts'
import type {Scheduler} from './tasks/scheduler.ts'

type TaskId = {readonly taskId: string}

export interface TaskControl {
  /** Work in the background; it goes on and ends when told to. All of these reject for what nobody has. */
  startTask(userId: string, conversationId: string): Promise<TaskId>
  /** More of its result is written, never all of it. */
  progressTask(taskId: string): Promise<void>
  completeTask(taskId: string): Promise<void>
  /** A turn of the server's own once the clock of what is scheduled has gone so far, by itself or turned. */
  scheduleTask(userId: string, conversationId: string, inMs: number): Promise<TaskId>
  /** Turns that clock on. What falls due by it is committed and announced when this resolves. */
  turnClock(byMs: number): Promise<void>
  /** The person may send no more, on any platform, until that clock has gone on by an hour. */
  reachLimit(userId: string): Promise<void>
  /** A tool waits for the person's word; an answer that is being written there waits with it, where the platform has that. */
  askApproval(userId: string, conversationId: string): Promise<{readonly approvalId: string}>
  /** A whole turn by another client of the person's, without a tab; resolves with its answer's end. The prompt's id. */
  sendFromElsewhere(
    userId: string,
    conversationId: string,
    text: string,
  ): Promise<{readonly promptId: string}>
}

export type TaskControlParts = {
  readonly platforms: Readonly<Record<(typeof PLATFORMS)[number], ComposedPlatform>>
  readonly scheduler: Scheduler
  readonly reachLimit: (userId: string) => void
  /** Both throw TypeError for what nobody has. */
  readonly userOf: (userId: string) => User
  readonly holderOf: (conversationId: string) => ComposedPlatform
}

export function createTaskControl(parts: TaskControlParts): TaskControl {
  const {platforms, scheduler, userOf, holderOf} = parts
  const tasksWith = (taskId: string) => {
    const holder = PLATFORMS.find((name) => platforms[name].tasks.isRunning(taskId))
    if (holder === undefined) throw new TypeError('no such task runs')
    return platforms[holder].tasks
  }

  function place(userId: string, conversationId: string) {
    const user = userOf(userId)
    const holder = holderOf(conversationId)
    const conversation = holder.store.find(conversationId, userId)
    if (!conversation) throw new TypeError('no such conversation')
    return {user, holder, conversation}
  }

  return {
    async startTask(userId, conversationId) {
      return {taskId: holderOf(conversationId).tasks.start(userOf(userId), conversationId)}
    },
    async progressTask(taskId) {
      tasksWith(taskId).progress(taskId)
    },
    async completeTask(taskId) {
      tasksWith(taskId).complete(taskId)
    },
    async scheduleTask(userId, conversationId, inMs) {
      return {taskId: holderOf(conversationId).tasks.schedule(userOf(userId), conversationId, inMs)}
    },
    async turnClock(byMs) {
      scheduler.turn(byMs)
    },
    async reachLimit(userId) {
      parts.reachLimit(userOf(userId).id)
    },
    async askApproval(userId, conversationId) {
      const {user, holder, conversation} = place(userId, conversationId)
      return {approvalId: holder.askApproval(user, conversation)}
    },
    async sendFromElsewhere(userId, conversationId, text) {
      const {user, holder, conversation} = place(userId, conversationId)
      return {promptId: await holder.sendFromElsewhere(user, conversation, text)}
    },
  }
}
