/**
 * What a cell says of its observing tabs (condition `state`). The first four are states of a tab. `all-hidden`: no window
 * of their device is visible. `no-page`: their device has registered and then closed its page; only its browser is left.
 */
export const STATE_CONDITIONS = ['visible', 'hidden', 'throttled', 'frozen', 'all-hidden', 'no-page'] as const
export type StateCondition = (typeof STATE_CONDITIONS)[number]

/** What else can become of a tab (experiment `tab-lifecycle`). */
export const LIFECYCLE_CONDITIONS = ['bfcache', 'discarded', 'crashed', 'duplicated'] as const
export type TabCondition = StateCondition | (typeof LIFECYCLE_CONDITIONS)[number]
export const TAB_CONDITIONS: readonly TabCondition[] = [...STATE_CONDITIONS, ...LIFECYCLE_CONDITIONS]

export const PLACES = ['same-browser', 'other-device'] as const
export type Place = (typeof PLACES)[number]

/** What is done to the push channel (condition `fault` of push-recovery). */
export const PUSH_FAULTS = ['link cut', 'back end killed', 'API restarted', 'browser restarted'] as const
export type PushFault = (typeof PUSH_FAULTS)[number]
