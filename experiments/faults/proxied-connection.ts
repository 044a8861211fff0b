/**
 * One connection through the proxy: a socket at either end and a way in each direction. Passes on what its ends do as a
 * network would: bytes, the end of a stream, a reset. Rules FA1–FA12.
 */
import {connect, type Socket} from 'node:net'
import type {Direction} from '../history/fault.ts'
import {isAimedAt, type Exchange} from './exchange.ts'
import type {ExchangeReader} from './exchange-reader.ts'
import type {FaultBoard, Struck} from './fault-board.ts'
import type {Parcel} from './lane.ts'
import {resetSocket} from './reset-socket.ts'
import {allowanceOf, type StandingFault} from './standing-fault.ts'
import {Way} from './way.ts'

type End = 'client' | 'server'
const SOURCE = {'to-server': 'client', 'to-client': 'server'} as const satisfies Record<Direction, End>
const DESTINATION = {'to-server': 'server', 'to-client': 'client'} as const satisfies Record<Direction, End>

export type ProxiedConnectionOptions = {
  readonly client: Socket
  readonly serverPort: number
  readonly reader: ExchangeReader
  readonly board: FaultBoard
  /** How long an end may keep its side open after a fault's FIN. */
  readonly lingerMs: number
  readonly onClosed: (connection: ProxiedConnection) => void
}

export class ProxiedConnection implements Struck {
  readonly #options: ProxiedConnectionOptions
  readonly #id: number
  readonly #leave: () => void
  readonly #ends: {readonly client: Socket; server: Socket | null}
  readonly #ways: {readonly [direction in Direction]: Way}
  /** Directions in which something came for an end that is gone, and the word of it was lost on the way back. */
  readonly #unrefused = new Set<Direction>()
  readonly #lingering: NodeJS.Timeout[] = []
  #isReset = false
  #closed = false

  constructor(options: ProxiedConnectionOptions) {
    const {board, client, reader} = options
    this.#options = options
    this.#ends = {client, server: null}
    ;({id: this.#id, leave: this.#leave} = board.enter(this))
    const openedAt = board.now()
    const way = (direction: Direction) =>
      new Way({
        board,
        connection: this.#id,
        direction,
        openedAt,
        room: () => this.#room(direction),
        out: (parcel) => this.#out(direction, parcel),
        onSpent: (exchange) => this.#cutAfterBytes(direction, exchange),
        holdBack: (full) => this.#holdBack(direction, full),
      })
    this.#ways = {'to-server': way('to-server'), 'to-client': way('to-client')}
    board.record({kind: 'connection-opened', at: openedAt, connection: this.#id})
    this.#listen('client', client)
    if (!this.#struckFromTheStart(reader.current('to-server'))) this.#reach()
  }

  get heldBytes(): number {
    return this.#ways['to-server'].heldBytes + this.#ways['to-client'].heldBytes
  }

  begins(standing: StandingFault): void {
    for (const way of this.#each()) way.touchBy(standing)
    const isMeant = (exchange: Exchange) => isAimedAt(standing.target, exchange)
    const present = this.#each().map(({direction}) => this.#options.reader.current(direction))
    const [exchange] = [...present.filter(isMeant), ...this.#each().flatMap((way) => way.find(isMeant) ?? [])]
    if (exchange) this.#strike(standing, exchange)
  }

  heals(): void {
    this.#reach()
    for (const direction of this.#unrefused) this.#refuse(direction)
    for (const way of this.#each()) way.pump()
  }

  /** Without a word to either end; what is held is gone. */
  destroy(): void {
    this.#ends.client.destroy()
    this.#ends.server?.destroy()
  }

  #each(): readonly Way[] {
    return [this.#ways['to-server'], this.#ways['to-client']]
  }

  #listen(end: End, socket: Socket): void {
    const inward = end === 'client' ? this.#ways['to-server'] : this.#ways['to-client']
    const outward = end === 'client' ? this.#ways['to-client'] : this.#ways['to-server']
    socket.setNoDelay(true)
    socket.on('data', (chunk) => this.#take(inward, chunk as Buffer))
    socket.on('end', () => this.#ended(inward))
    socket.on('drain', () => outward.pump())
    // What went wrong is told by `close`, which always follows.
    socket.on('error', () => {})
    socket.on('close', (broken) => this.#gone(inward, outward, broken))
  }

  #take(way: Way, chunk: Buffer): void {
    way.takenBytes += chunk.length
    if (this.#isReset) return
    for (const piece of this.#options.reader.read(way.direction, chunk)) {
      if (this.#struckFromTheStart(piece.exchange)) return
      way.take(piece)
    }
    way.pump()
  }

  #ended(way: Way): void {
    if (way.direction === 'to-server') for (const piece of this.#options.reader.rest()) way.take(piece)
    way.end('fin', this.#options.reader.current(way.direction))
    way.pump()
  }

  /** A socket is closed; `broken` means that it was reset, or could not connect, and not that both streams ended. */
  #gone(inward: Way, outward: Way, broken: boolean): void {
    const exchange = this.#options.reader.current(inward.direction)
    if (broken && inward.isHeld(exchange)) inward.shut()
    else if (broken) inward.end('rst', exchange)
    inward.pump()
    outward.pump()
    this.#closeWhenGone()
  }

  /** A server that could speak first must hear of the connection; under a blackhole nobody does. */
  #reach(): void {
    const way = this.#ways['to-server']
    if (!way.ended && !way.isHeld(this.#options.reader.current('to-server'))) this.#server()
  }

  #server(): Socket {
    if (this.#ends.server === null) {
      const socket = connect({host: '127.0.0.1', port: this.#options.serverPort, allowHalfOpen: true})
      this.#ends.server = socket
      this.#listen('server', socket)
    }
    return this.#ends.server
  }

  #room(direction: Direction): number {
    const socket = this.#ends[DESTINATION[direction]]
    return socket === null || socket.destroyed
      ? Infinity
      : socket.writableHighWaterMark - socket.writableLength
  }

  /** False when there is nobody any more. */
  #out(direction: Direction, parcel: Parcel): boolean {
    const end = DESTINATION[direction]
    const socket = end === 'client' ? this.#ends.client : this.#server()
    if (socket.destroyed || (parcel.what !== 'rst' && !socket.writable)) {
      this.#refuse(direction)
      return false
    }
    if (parcel.what === 'bytes') socket.write(parcel.bytes)
    else if (parcel.what === 'rst') resetSocket(socket)
    else {
      socket.end()
      const [faultId] = parcel.touchedBy
      if (faultId !== undefined) this.#tellCut(end, 'fin', faultId, parcel.exchange)
    }
    return true
  }

  /** Whoever sends to an end that is gone is told so by a reset, as the far host would, if that gets through. */
  #refuse(direction: Direction): void {
    const back = direction === 'to-client' ? 'to-server' : 'to-client'
    const lost = this.#ways[back].isHeld(this.#options.reader.current(back))
    if (lost) this.#unrefused.add(direction)
    else {
      const source = this.#ends[SOURCE[direction]]
      if (source) resetSocket(source)
    }
  }

  #holdBack(direction: Direction, full: boolean): void {
    const source = this.#ends[SOURCE[direction]]
    if (!source || source.destroyed || source.isPaused() === full) return
    if (full) source.pause()
    else source.resume()
  }

  /** Faults that cut strike what comes while they stand. */
  #struckFromTheStart(exchange: Exchange): boolean {
    const cutting = this.#options.board.standing().find(({target, fault}) => {
      return (fault.name === 'fin' || fault.name === 'rst') && isAimedAt(target, exchange)
    })
    if (cutting) this.#strike(cutting, exchange)
    return cutting !== undefined
  }

  #strike({fault, id}: StandingFault, exchange: Exchange): void {
    if (fault.name === 'rst') return this.#reset(id, exchange)
    if (fault.name !== 'fin') return
    this.#endBoth(id, exchange)
  }

  #endBoth(faultId: number, exchange: Exchange): void {
    if (this.#ends.server === null) this.#ways['to-server'].shut()
    for (const way of this.#each()) way.end('fin', exchange, faultId)
    for (const way of this.#each()) way.pump()
  }

  #cutAfterBytes(direction: Direction, exchange: Exchange): void {
    for (const standing of this.#options.board.standing()) {
      const {id, fault, target} = standing
      if (fault.name !== 'cut-after-bytes' || fault.direction !== direction) continue
      if (!isAimedAt(target, exchange) || allowanceOf(standing, fault.bytes, exchange) > 0) continue
      if (fault.by === 'rst') this.#reset(id, exchange)
      else {
        this.#ways[direction].endHere(exchange, id)
        this.#endBoth(id, exchange)
      }
      return this.#options.board.spend(standing)
    }
  }

  /** At both ends at once; what is held is lost. */
  #reset(faultId: number, exchange: Exchange): void {
    if (this.#isReset) return
    this.#isReset = true
    for (const way of this.#each()) way.shut()
    for (const end of ['client', 'server'] as const) {
      const socket = this.#ends[end]
      if (socket === null || socket.destroyed) continue
      this.#tellCut(end, 'rst', faultId, exchange)
      resetSocket(socket)
    }
  }

  #tellCut(end: End, by: 'fin' | 'rst', faultId: number, {owner}: Exchange): void {
    const {board, lingerMs} = this.#options
    board.book.cut(faultId, this.#id, {owner, end, by})
    if (by === 'fin') this.#lingering.push(setTimeout(() => this.#ends[end]?.destroy(), lingerMs))
  }

  #closeWhenGone(): void {
    const {client, server} = this.#ends
    if (this.#closed || !client.closed || (server !== null && !server.closed)) return
    this.#closed = true
    for (const timer of this.#lingering) clearTimeout(timer)
    for (const way of this.#each()) way.shut()
    this.#leave()
    const {board, onClosed} = this.#options
    board.book.closed(this.#id)
    const told = ({takenBytes, givenBytes}: Way) => ({
      takenBytes,
      givenBytes,
      droppedBytes: takenBytes - givenBytes,
    })
    board.record({
      kind: 'connection-closed',
      at: board.now(),
      connection: this.#id,
      toServer: told(this.#ways['to-server']),
      toClient: told(this.#ways['to-client']),
    })
    onClosed(this)
  }
}
