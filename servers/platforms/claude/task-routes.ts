/** Ending a research task. Rule TG11. */
import {Router} from 'express'
import type {Tasks} from '../../tasks/tasks.ts'
import type {Member} from './member.ts'
import {noTask} from './refusals.ts'

export function taskRoutes(tasks: Pick<Tasks, 'runningIn' | 'stop'>, member: Member): Router {
  const router = Router({mergeParams: true})
  router.post('/chat_conversations/:id/task/:task/stop', (req, res) => {
    const {conversation} = member.conversation(req)
    const taskId = tasks.runningIn(conversation.id).find((id) => id === req.params.task.toLowerCase())
    if (taskId === undefined) throw noTask()
    tasks.stop(taskId)
    res.json({})
  })
  return router
}
