/** One imitated person and how the servers treat them. Invented; harness only. */
import type {Carriage} from '#protocol/carriage.ts'
import type {ConflictRule} from '#protocol/conflict.ts'
import type {ChannelSettings} from '../celsius/defaults.ts'
import type {ModelSettings} from '../model/model-settings.ts'

export type UserSettings = {
  readonly carriage: Carriage
  /** Added to every celsius frame between append and socket, in milliseconds; 0 adds nothing. */
  readonly channelDelayMs: number
  /** How far an eventually consistent read is behind, in milliseconds; 0 is not at all. On ChatGPT invented (HB7). */
  readonly replicaLagMs: number
  readonly model: ModelSettings
  /** What becomes of a send that names an out-of-date parent; `fork`, as observed, where nothing is said. */
  readonly conflictRule?: ConflictRule
  /** A message whose id is known already: refused (CL10, TU6), or stored once more under a fresh id. `refuse` where nothing is said. */
  readonly onRepeat?: 'refuse' | 'store-again'
  /** Laid over the server's own for sockets that are opened from now on. */
  readonly channel?: ChannelSettings
}

export type User = {
  readonly id: string
  /** Of their account on ChatGPT. */
  readonly accountId: string
  /** Of their organization on Claude.ai, a UUID. */
  readonly organizationId: string
  readonly name: string
  /** Secret: never logged, never in a history. */
  readonly bearer: string
  readonly settings: UserSettings
}

/** A message whose id is known already is another message to them. Rule HB8. */
export const storesAgain = ({settings}: Pick<User, 'settings'>): boolean =>
  settings.onRepeat === 'store-again'
