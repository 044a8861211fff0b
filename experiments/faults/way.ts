/**
 * Runs one lane: asks the board what stands in the way, keeps the clock, counts, and holds the sender back when the lane
 * is full. What is given goes to `out`; it knows no socket. Rules FA2, FA5–FA12.
 */
import type {Direction} from '../history/fault.ts'
import {isAimedAt, type Exchange} from './exchange.ts'
import type {Piece} from './exchange-reader.ts'
import type {FaultBoard} from './fault-board.ts'
import {emptyLane, give, lose, put, touch, type Lane, type Parcel} from './lane.ts'
import {conditionsOf, countPassed, holds, type Conditions, type StandingFault} from './standing-fault.ts'

/** What a lane holds at most, beyond one read of a socket; then the sender waits, as it would for a full window. */
const MAX_HELD_BYTES = 256 * 1024
const MAX_HELD_PARCELS = 4_096

export type WayOptions = {
  readonly board: FaultBoard
  readonly connection: number
  readonly direction: Direction
  readonly openedAt: number
  /** Bytes that the other end takes now. */
  readonly room: () => number
  /** False when the other end is gone: the rest is lost then. */
  readonly out: (parcel: Parcel) => boolean
  /** The bytes that may pass before a cut have passed. */
  readonly onSpent: (exchange: Exchange) => void
  readonly holdBack: (full: boolean) => void
}

export class Way {
  takenBytes = 0
  givenBytes = 0
  readonly direction: Direction
  readonly #options: WayOptions
  #lane: Lane = emptyLane
  #timer: NodeJS.Timeout | undefined
  #chance: (() => number) | undefined

  constructor(options: WayOptions) {
    this.#options = options
    this.direction = options.direction
  }

  get ended(): boolean {
    return this.#lane.ended
  }

  get heldBytes(): number {
    return this.#lane.bytes
  }

  isHeld(exchange: Exchange): boolean {
    return this.#conditions(exchange).held
  }

  /** The first exchange that waits here and is meant. */
  find(isMeant: (exchange: Exchange) => boolean): Exchange | undefined {
    return this.#lane.queue.find(({exchange}) => isMeant(exchange))?.exchange
  }

  take({bytes, exchange}: Piece): void {
    if (this.ended) return
    const {touching} = this.#put({what: 'bytes', bytes, exchange})
    const last = this.#lane.queue.at(-1)
    for (const faultId of touching) if (last) this.#touched(faultId, last)
  }

  /** The end of the stream, behind everything that was taken. `faultId`: the fault that asks for it. */
  end(what: 'fin' | 'rst', exchange: Exchange, faultId?: number): void {
    if (this.ended && what === 'fin') return
    this.#put({what, bytes: Buffer.alloc(0), exchange}, faultId)
  }

  /** A fault begins: it touches what waits already. */
  touchBy(standing: StandingFault): void {
    const {direction, openedAt} = this.#options
    if (standing.links === null && !holds(standing, {direction, openedAt})) return
    const {lane, touched} = touch(this.#lane, standing.id, (exchange) => isAimedAt(standing.target, exchange))
    this.#lane = lane
    for (const parcel of touched) this.#touched(standing.id, parcel)
  }

  /** Gives what may leave now and sees to the rest. */
  pump(): void {
    const {board, room, onSpent, holdBack} = this.#options
    clearTimeout(this.#timer)
    const gateOf = (exchange: Exchange) => this.#conditions(exchange)
    for (;;) {
      const now = board.now()
      const {lane, parcels, stop, wakeAt} = give(this.#lane, now, gateOf, room())
      this.#lane = lane
      if (!this.#hand(parcels)) return this.lose()
      // What the system took at once leaves room again, and no drain tells of it.
      if (stop === 'full' && room() > 0) continue

      if (wakeAt !== null) this.#timer = setTimeout(() => this.pump(), Math.ceil(wakeAt - now))
      holdBack(lane.bytes >= MAX_HELD_BYTES || lane.queue.length >= MAX_HELD_PARCELS)
      const [next] = lane.queue
      if (stop === 'spent' && next) onSpent(next.exchange)
      return
    }
  }

  #hand(parcels: readonly Parcel[]): boolean {
    const {board, connection, direction, openedAt, out} = this.#options
    for (const [index, parcel] of parcels.entries()) {
      if (!out(parcel)) {
        for (const lost of parcels.slice(index)) board.book.left('dropped', connection, direction, lost)
        return false
      }
      const {exchange, bytes} = parcel
      this.givenBytes += bytes.length
      countPassed(board.standing(), {exchange, direction, openedAt}, bytes.length)
      board.book.left('given', connection, direction, parcel)
    }
    return true
  }

  /** Drops what waits; the stream may still be ended. */
  lose(): void {
    const {board, connection, direction, holdBack} = this.#options
    clearTimeout(this.#timer)
    const {lane, lost} = lose(this.#lane)
    this.#lane = lane
    for (const parcel of lost) board.book.left('dropped', connection, direction, parcel)
    holdBack(false)
  }

  /** Nothing of the source is left and nothing more will come; the other end does not hear of it. */
  shut(): void {
    this.lose()
    this.#lane = {...this.#lane, ended: true}
  }

  /** Ends the stream right here, in front of what waits. */
  endHere(exchange: Exchange, faultId: number): void {
    this.lose()
    this.#lane = {...this.#lane, ended: false}
    this.end('fin', exchange, faultId)
  }

  #put(parcel: Pick<Parcel, 'what' | 'bytes' | 'exchange'>, faultId?: number): Conditions {
    const conditions = this.#conditions(parcel.exchange)
    const {delayMs, jitterMs, touching} = conditions
    const touchedBy = parcel.what === 'bytes' ? touching : faultId === undefined ? [] : [faultId]
    const takenAt = this.#options.board.now()
    const lateMs = delayMs + (jitterMs === 0 ? 0 : this.#draw() * jitterMs)
    this.#lane = put(this.#lane, {...parcel, takenAt, touchedBy}, lateMs)
    return conditions
  }

  #draw(): number {
    const {board, connection, direction} = this.#options
    this.#chance ??= board.random(`jitter/${connection}/${direction}`)
    return this.#chance()
  }

  #conditions(exchange: Exchange): Conditions {
    const {board, direction, openedAt} = this.#options
    return conditionsOf(board.standing(), {exchange, direction, openedAt})
  }

  #touched(faultId: number, parcel: Parcel): void {
    const {board, connection, direction} = this.#options
    board.book.touched(faultId, connection, direction, parcel)
  }
}
