/**
 * `…/notification/channels` and `…/notification/preferences`. Observed in vendor client code; the channel's document and
 * the body of its list are known from one source or chosen here. Rules CL60–CL64.
 */
import * as v from 'valibot'
import {uuid} from './uuid.ts'

export const registerChannelRequest = v.object({
  channel_type: v.literal('FCM'),
  client_app_name: v.string(),
  client_platform: v.string(),
  registration_token: v.pipe(v.string(), v.nonEmpty(), v.maxLength(4096)),
  os_push_permission_granted: v.optional(v.boolean()),
})

/** `uuid` is invented: the ledger names channels by it, never by their tokens. */
export const notificationChannel = v.object({
  uuid,
  channel_type: v.literal('FCM'),
  client_platform: v.string(),
  status: v.picklist(['ACTIVE', 'INACTIVE']),
})
export type NotificationChannel = v.InferOutput<typeof notificationChannel>

export const notificationChannels = v.object({channels: v.array(notificationChannel)})
export type NotificationChannels = v.InferOutput<typeof notificationChannels>

export const FEATURES = ['completion', 'bogosort', 'code_requires_action', 'dispatch'] as const
export type Feature = (typeof FEATURES)[number]

const preference = v.object({enable_push: v.boolean()})
const ofFeatures = {
  completion: preference,
  bogosort: preference,
  code_requires_action: preference,
  dispatch: preference,
} satisfies Record<Feature, typeof preference>
const features = v.object(ofFeatures)
export type FeaturePreference = v.InferOutput<typeof features>

export const notificationPreferences = v.object({
  preferences: v.object({
    feature_preference: features,
    push_reachability: v.object({has_active_channel: v.boolean(), platforms: v.array(v.string())}),
  }),
})
export type NotificationPreferences = v.InferOutput<typeof notificationPreferences>

const changed = v.strictObject({
  completion: v.exactOptional(preference),
  bogosort: v.exactOptional(preference),
  code_requires_action: v.exactOptional(preference),
  dispatch: v.exactOptional(preference),
} satisfies Record<Feature, v.GenericSchema>)

/** What is named is changed, the rest stays. A feature that nobody knows is refused. */
export const changePreferencesRequest = v.object({
  preferences: v.object({feature_preference: changed}),
})
