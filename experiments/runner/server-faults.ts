/**
 * Carries out what is done to the server: ends its process for real and starts it again, or tells it to refuse, to drain
 * or to be slow. What the ledger says of it afterwards is the proof. Rule FA17.
 */
import type {ServerFault} from '../history/fault.ts'
import type {CarryOut, Tell} from './fault-stage.ts'
import type {OwnServer} from './own-server.ts'

/** `server`: null where the cell has none of its own. `onEnded` is called when a process is gone. */
export const serverFaults =
  (server: OwnServer | null, onEnded: () => void): CarryOut<ServerFault> =>
  async (fault, _owner, tell) => {
    if (server === null) throw new TypeError('the cell has no server of its own')
    const {control} = server
    const end = async (how: 'kill' | 'ask') => {
      tell('server-ended', String(await server.end(how)))
      onEnded()
    }
    switch (fault.name) {
      case 'kill':
        await end('kill')
        return async () => startAgain(server, tell)
      case 'restart':
        await end('ask')
        await startAgain(server, tell)
        return null
      case 'restart-lost-history':
        await end('kill')
        server.forgetHistory()
        tell('history-lost')
        await startAgain(server, tell)
        return null
      case 'drain': {
        const drained = control.drain(fault.overMs)
        // Whoever heals it hears how it went.
        drained.catch(() => undefined)
        tell('draining')
        return async () => {
          await control.endDrain()
          await drained
        }
      }
      case 'overload':
        await control.overload(fault.retryAfterS)
        tell('overloaded')
        return async () => control.endOverload()
      case 'slow':
        await control.slow(fault.ms)
        tell('slowed')
        return async () => control.slow(0)
    }
  }

async function startAgain(server: OwnServer, tell: Tell): Promise<void> {
  await server.startAgain()
  tell('server-started')
}
