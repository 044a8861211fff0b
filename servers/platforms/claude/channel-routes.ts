/** What a page asks that may have missed some of what was said of a conversation. Invented. Rules CP9–CP11, CP13. */
import {Router, type Request} from 'express'
import {readQueryPlace, type ChannelEvents} from '#protocol/claude/channel-events.ts'
import type {Channel} from './channel.ts'
import type {ChannelLog} from './channel-log.ts'
import type {Member} from './member.ts'
import type {ClaudeRecords} from './records.ts'

export type ChannelRoutesParts = {
  readonly log: ChannelLog
  readonly channel: Pick<Channel, 'catchUp'>
  readonly records: ClaudeRecords
  readonly member: Member
}

export function channelRoutes({log, channel: {catchUp}, records, member}: ChannelRoutesParts): Router {
  const router = Router({mergeParams: true})

  const isActive = (req: Request, userId: string): boolean | null => {
    const {channel: id} = req.query
    if (id === undefined) return null
    const channel = typeof id === 'string' ? records.channel(id) : undefined
    return channel?.userId === userId && channel.isActive
  }

  router.get('/chat_conversations/:id/channel_events', async (req, res) => {
    const {user, conversation} = member.conversation(req)
    await catchUp(user, conversation.id)
    const {recovered, head, events} = await log.read(conversation.id, readQueryPlace(req.query))
    res.json({
      recovered,
      ...head,
      events: [...events],
      channel_active: isActive(req, user.id),
    } satisfies ChannelEvents)
  })

  return router
}
