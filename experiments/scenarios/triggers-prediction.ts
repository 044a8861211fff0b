/** Whether a channel speaks of a trigger, by platform and carriage, before anything was measured. Rules TG27, CA1–CA3, CP1–CP3, TG3–TG12. */
import type {Carriage} from '#protocol/carriage.ts'
import type {Platform} from '#protocol/platform.ts'
import {CAUSES, type Cause} from '../triggers/cause.ts'
import type {TriggerPredictions} from '../triggers/differences.ts'

/** What celsius says of whatever the carriage is; all else it says of messages that are committed. */
const OBSERVED_ON_CELSIUS: readonly Cause[] = [
  'first message sent',
  'turn complete',
  'first turn complete',
  'title given',
  'renamed',
  'deleted',
  'stopped',
  'task started',
  'task progressed',
  'task done',
  'scheduled task',
]
/** What is pushed whatever the carriage is: what a person is told of. */
const OBSERVED_ON_FCM: readonly Cause[] = [
  'turn complete',
  'first turn complete',
  'task done',
  'scheduled task',
  'tool approval asked',
]
/** What commits a message. */
const COMMITTING: readonly Cause[] = [
  'message sent',
  'first message sent',
  'sent on another device',
  'turn complete',
  'first turn complete',
  'stopped',
  'task done',
  'scheduled task',
]

export function predictTriggers(platform: Platform, carriage: Carriage): TriggerPredictions {
  // A push carries whole messages, never a part of one (CP3); a socket carries what its tab follows, and no tab follows a
  // conversation that it does not show (CA3).
  const isFollowed = platform === 'chatgpt' && carriage === 'content'
  const speaking = new Set<Cause>([
    ...(platform === 'chatgpt' ? OBSERVED_ON_CELSIUS : OBSERVED_ON_FCM),
    ...(carriage === 'observed' ? [] : COMMITTING),
    ...(isFollowed ? (['answer goes on'] as const) : []),
  ])
  return Object.fromEntries(CAUSES.map((cause) => [cause, speaking.has(cause) ? 'speaks' : 'silent']))
}
