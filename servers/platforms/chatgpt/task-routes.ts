/** `async_status` of a conversation: what is set when something was completed that nobody has looked at. Rule TG7. */
import {Router} from 'express'
import {asyncStatusRequest} from '#protocol/async-status.ts'
import {decode} from '#protocol/decode.ts'
import type {ConversationStore} from '../../conversation/conversation-store.ts'
import type {Tasks} from '../../tasks/tasks.ts'
import {bodyOf, type PersonOf} from '../guard.ts'
import {noConversation} from './refusals.ts'

export type TaskRoutesParts = {
  readonly store: ConversationStore
  readonly tasks: Pick<Tasks, 'markRead'>
  readonly personOf: PersonOf
}

export function taskRoutes({store, tasks, personOf}: TaskRoutesParts): Router {
  const router = Router()
  router.post('/conversation/:id/async-status', (req, res) => {
    const user = personOf(req)
    if (!store.find(req.params.id, user.id)) throw noConversation()
    decode(asyncStatusRequest, bodyOf(req))
    tasks.markRead(req.params.id)
    res.json({})
  })
  return router
}
