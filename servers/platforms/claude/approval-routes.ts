/** The person's word about a tool that waits for it. Rule TG12. */
import {Router} from 'express'
import {APPROVAL_KEY, giveApprovalRequest} from '#protocol/claude/tool-approval.ts'
import {decode} from '#protocol/decode.ts'
import {bodyOf} from '../guard.ts'
import type {Approvals} from './approvals.ts'
import type {Member} from './member.ts'
import {noApproval} from './refusals.ts'

export function approvalRoutes(approvals: Pick<Approvals, 'give'>, member: Member): Router {
  const router = Router({mergeParams: true})
  router.post('/chat_conversations/:id/tool_approval', (req, res) => {
    const {user, conversation} = member.conversation(req)
    const {[APPROVAL_KEY]: approvalId} = decode(giveApprovalRequest, bodyOf(req))
    if (!approvals.give(user, conversation.id, approvalId)) throw noApproval()
    res.json({})
  })
  return router
}
