/** What the server process and its parent say to each other over Node's IPC. Both ends are ours: no decoding. */
import type {LedgerEvent} from '#protocol/ledger-event.ts'
import type {Platform} from '#protocol/platform.ts'
import type {ServerControl, ServerOptions} from './start.ts'

export type ControlCall = keyof ServerControl

export type PlatformAddress = {readonly baseUrl: string; readonly origin: string}

export type ToServer =
  | {readonly say: 'start'; readonly options: ServerOptions}
  | {readonly say: 'call'; readonly id: number; readonly call: ControlCall; readonly args: readonly unknown[]}
  | {readonly say: 'close'}

export type FromServer =
  | ({readonly say: 'started'} & Readonly<Record<Platform, PlatformAddress>>)
  | {readonly say: 'ledger'; readonly events: readonly LedgerEvent[]}
  | {readonly say: 'answer'; readonly id: number; readonly value: unknown}
  | {
      readonly say: 'failed'
      readonly id: number | null
      readonly code: string | null
      readonly message: string
    }
