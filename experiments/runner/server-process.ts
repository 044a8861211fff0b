/** The platforms' servers of a run, in a process of their own. Ledger events are handed to the cell of their person. */
import {fileURLToPath} from 'node:url'
import type {LedgerEvent} from '#protocol/ledger-event.ts'
import type {PlatformAddresses} from '../../servers/process-message.ts'
import type {ServerControl, ServerOptions} from '../../servers/start.ts'
import {startControlledProcess, type Ended} from './controlled-process.ts'

const PROGRAM = fileURLToPath(new URL('../../servers/process.ts', import.meta.url))

export type ServerProcess = PlatformAddresses & {
  readonly control: ServerControl
  /** Calls `listener` for every ledger event that concerns the user. Returns the unsubscribe function. */
  onLedger(userId: string, listener: (event: LedgerEvent) => void): () => void
  close(): Promise<void>
}

/** A process that may be ended before the run is over. */
export type EndableServer = ServerProcess & {
  readonly ended: Promise<Ended>
  /** SIGKILL; resolves when it is gone. */
  kill(): Promise<void>
}

/** By the id of the person. */
export type LedgerListeners = Map<string, (event: LedgerEvent) => void>

/** `listeners`: who listens already: a server that starts again has things to tell before it has started. */
export async function startServerProcess(
  options: ServerOptions,
  listeners: LedgerListeners = new Map(),
): Promise<EndableServer> {
  const {started, control, ended, kill, close} = await startControlledProcess<
    PlatformAddresses,
    ServerControl,
    LedgerEvent
  >({
    name: 'the servers',
    file: PROGRAM,
    options,
    onEvents(events) {
      for (const event of events) if ('userId' in event && event.userId) listeners.get(event.userId)?.(event)
    },
  })
  return {
    chatgpt: started.chatgpt,
    claude: started.claude,
    control,
    onLedger(userId, listener) {
      listeners.set(userId, listener)
      return () => void listeners.delete(userId)
    },
    ended,
    kill,
    close,
  }
}
