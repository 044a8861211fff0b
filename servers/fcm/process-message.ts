/** What the push back end's process and its parent say to each other over Node's IPC. Both ends are ours: no decoding. */
import type {PushEvent} from '#protocol/push-event.ts'
import type {FcmAddresses, FcmControl, FcmOptions} from './running-fcm.ts'
import type {Trust} from './trust/trust.ts'

/** The parent keeps the trust, so that a back end that was killed can come back under the same browsers. */
export type FcmProcessOptions = FcmOptions & {readonly trust: Trust}

export type ToFcm =
  | {readonly say: 'start'; readonly options: FcmProcessOptions}
  | {
      readonly say: 'call'
      readonly id: number
      readonly call: keyof FcmControl
      readonly args: readonly unknown[]
    }
  | {readonly say: 'close'}

export type FromFcm =
  | {readonly say: 'started'; readonly addresses: FcmAddresses}
  | {readonly say: 'ledger'; readonly events: readonly PushEvent[]}
  | {readonly say: 'answer'; readonly id: number; readonly value: unknown}
  | {
      readonly say: 'failed'
      readonly id: number | null
      readonly code: string | null
      readonly message: string
    }
