/** What the push back end's process and its parent say to each other. */
import type {PushEvent} from '#protocol/push-event.ts'
import type {FromProcess, ToProcess} from '../controlled-process.ts'
import type {FcmAddresses, FcmOptions} from './running-fcm.ts'
import type {Trust} from './trust/trust.ts'

/** The parent keeps the trust, so that a back end that was killed can come back under the same browsers. */
export type FcmProcessOptions = FcmOptions & {readonly trust: Trust}

export type ToFcm = ToProcess<FcmProcessOptions>
export type FromFcm = FromProcess<{readonly addresses: FcmAddresses}, PushEvent>
