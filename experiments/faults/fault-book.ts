/** Writes the fault proxy's book: adds up what each fault did to each connection, and tells it once. Rule FA13. */
import type {Direction, Ending} from '../history/fault.ts'
import type {FaultEvent} from '../history/fault-event.ts'
import type {Parcel} from './lane.ts'

type Account = {
  readonly faultId: number
  readonly connection: number
  readonly direction: Direction
  takenBytes: number
  givenBytes: number
  droppedBytes: number
  longestMs: number
}

export type FaultBook = ReturnType<typeof createFaultBook>

export function createFaultBook(record: (event: FaultEvent) => void, now: () => number) {
  const accounts = new Map<string, Account>()
  const healed = new Set<number>()

  const keyOf = (faultId: number, connection: number, direction: Direction) =>
    `${faultId}/${connection}/${direction}`

  function tell(key: string, {takenBytes, givenBytes, droppedBytes, ...account}: Account): void {
    accounts.delete(key)
    record({kind: 'fault-told', at: now(), ...account, takenBytes, givenBytes, droppedBytes})
  }

  const isSettled = ({takenBytes, givenBytes, droppedBytes}: Account) =>
    takenBytes === givenBytes + droppedBytes

  return {
    /** A fault holds or delays these bytes. */
    touched(faultId: number, connection: number, direction: Direction, {bytes, exchange}: Parcel): void {
      const key = keyOf(faultId, connection, direction)
      const known = accounts.get(key)
      if (known) {
        known.takenBytes += bytes.length
        return
      }
      const account = {faultId, connection, direction, takenBytes: bytes.length}
      accounts.set(key, {...account, givenBytes: 0, droppedBytes: 0, longestMs: 0})
      const {owner} = exchange
      record({kind: 'fault-bit', at: now(), faultId, connection, owner, direction, bytes: bytes.length})
    },

    /** Bytes left the proxy: given to the other end, or dropped. */
    left(how: 'given' | 'dropped', connection: number, direction: Direction, parcel: Parcel): void {
      for (const faultId of parcel.touchedBy) {
        const key = keyOf(faultId, connection, direction)
        const account = accounts.get(key)
        if (!account) continue
        account[`${how}Bytes`] += parcel.bytes.length
        account.longestMs = Math.max(account.longestMs, now() - parcel.takenAt)
        if (healed.has(faultId) && isSettled(account)) tell(key, account)
      }
    },

    cut(
      faultId: number,
      connection: number,
      cut: {owner: string | null; end: 'client' | 'server'; by: Ending},
    ): void {
      record({kind: 'connection-cut', at: now(), faultId, connection, ...cut})
    },

    healed(faultId: number): void {
      healed.add(faultId)
      for (const [key, account] of accounts)
        if (account.faultId === faultId && isSettled(account)) tell(key, account)
    },

    /** Nothing of the connection is held any more. */
    closed(connection: number): void {
      for (const [key, account] of accounts) if (account.connection === connection) tell(key, account)
    },
  }
}
