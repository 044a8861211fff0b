/**
 * What a cell says of its observing tabs (condition `state`). The first four are states of a tab. `all-hidden`: no window
 * of their device is visible. `no-page`: their device has registered and then closed its page; only its browser is left.
 */
export const STATE_CONDITIONS = ['visible', 'hidden', 'throttled', 'frozen', 'all-hidden', 'no-page'] as const
export type StateCondition = (typeof STATE_CONDITIONS)[number]

/**
 * What a tab is put into, or what becomes of what serves it (condition `state` of tab-lifecycle). `duplicated`: it stays
 * behind its copy. In the last three nothing is done to the tabs that have to recover: another tab leads them, or a worker.
 */
export const AWAY_CONDITIONS = [
  'hidden',
  'throttled',
  'frozen',
  'bfcache',
  'discarded',
  'crashed',
  'duplicated',
  'leader frozen',
  'leader crashed',
  'worker ended',
] as const
export type AwayCondition = (typeof AWAY_CONDITIONS)[number]

/** Every word that the condition `state` can have. */
export const TAB_CONDITIONS = [...new Set([...STATE_CONDITIONS, ...AWAY_CONDITIONS])]

/** Who is put away (condition `who` of tab-lifecycle). */
export const WHO = ['one of two', 'all'] as const
export type Who = (typeof WHO)[number]

export const PLACES = ['same-browser', 'other-device'] as const
export type Place = (typeof PLACES)[number]

/** What is done to the push channel (condition `fault` of push-recovery). */
export const PUSH_FAULTS = ['link cut', 'back end killed', 'API restarted', 'browser restarted'] as const
export type PushFault = (typeof PUSH_FAULTS)[number]
