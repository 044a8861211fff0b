/** One imitated person and how the servers treat them. Invented; harness only. */
import type {Carriage} from '#protocol/carriage.ts'
import type {ModelSettings} from '../model/model-settings.ts'

export type UserSettings = {
  readonly carriage: Carriage
  /** Added to every celsius frame between append and socket, in milliseconds; 0 adds nothing. */
  readonly channelDelayMs: number
  readonly model: ModelSettings
}

export type User = {
  readonly id: string
  readonly accountId: string
  readonly name: string
  /** Secret: never logged, never in a history. */
  readonly bearer: string
  readonly settings: UserSettings
}
