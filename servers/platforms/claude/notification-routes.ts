/** Registering a browser for pushes, and what a person wants to be told of. Rules CL60–CL64. */
import {Router} from 'express'
import {
  changePreferencesRequest,
  registerChannelRequest,
  type NotificationChannel,
  type NotificationChannels,
  type NotificationPreferences,
} from '#protocol/claude/notification.ts'
import {decode} from '#protocol/decode.ts'
import {bodyOf} from '../guard.ts'
import type {Member} from './member.ts'
import type {Channel, ClaudeRecords} from './records.ts'

/** Observed: what the page calls `web_claude_ai` is answered as `web`. */
const PLATFORM_NAMES: Readonly<Record<string, string>> = {web_claude_ai: 'web'}

const toWire = ({id, platform, isActive}: Channel): NotificationChannel => ({
  uuid: id,
  channel_type: 'FCM',
  client_platform: PLATFORM_NAMES[platform] ?? platform,
  status: isActive ? 'ACTIVE' : 'INACTIVE',
})

export function notificationRoutes(records: ClaudeRecords, member: Member): Router {
  const router = Router({mergeParams: true})

  const preferences = (userId: string): NotificationPreferences => {
    const active = records.channels(userId).filter(({isActive}) => isActive)
    const platforms = [...new Set(active.map((channel) => toWire(channel).client_platform))]
    return {
      preferences: {
        feature_preference: records.preference(userId),
        push_reachability: {has_active_channel: active.length > 0, platforms},
      },
    }
  }

  router.post('/notification/channels', (req, res) => {
    const user = member.of(req)
    const {registration_token, client_platform} = decode(registerChannelRequest, bodyOf(req))
    res.json(toWire(records.openChannel(user.id, registration_token, client_platform)))
  })

  router.get('/notification/channels', (req, res) => {
    const channels = records.channels(member.of(req).id).map(toWire)
    res.json({channels} satisfies NotificationChannels)
  })

  router.get('/notification/preferences', (req, res) => {
    res.json(preferences(member.of(req).id))
  })

  router.patch('/notification/preferences', (req, res) => {
    const user = member.of(req)
    const {feature_preference} = decode(changePreferencesRequest, bodyOf(req)).preferences
    records.setPreference(user.id, {...records.preference(user.id), ...feature_preference})
    res.json(preferences(user.id))
  })

  return router
}
