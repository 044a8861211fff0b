/**
 * Which faults stand, for all the listeners of a run: faults begin and heal here, connections ask and are told. Rules FA3–FA11.
 */
import {seededRandom} from '../../servers/model/seeded.ts'
import type {FaultTarget, NetworkFault} from '../history/fault.ts'
import type {FaultEvent} from '../history/fault-event.ts'
import {createFaultBook, type FaultBook} from './fault-book.ts'
import {stand, type StandingFault} from './standing-fault.ts'

/** What a connection has to do when the board changes. */
export type Struck = {
  begins(standing: StandingFault): void
  heals(): void
}

export type FaultBoard = {
  readonly seed: string
  readonly now: () => number
  readonly book: FaultBook
  readonly record: (event: FaultEvent) => void
  readonly standing: () => readonly StandingFault[]
  /** The number of a fault that somebody else carries out: all faults of a cell are numbered in one row. */
  number(): number
  /** Strikes what it is aimed at and stays. Returns the id to heal it by. */
  begin(fault: NetworkFault, target: FaultTarget): number
  /** Nothing happens when it is healed or spent already. */
  heal(id: number): void
  healAll(): void
  /** A cut-after-bytes has cut once more. */
  spend(standing: StandingFault): void
  /** Returns the connection's number and how to leave. */
  enter(connection: Struck): {readonly id: number; leave(): void}
  /** Chance of its own for everything that has a name. */
  random(name: string): () => number
}

export type FaultBoardOptions = {
  readonly seed: string
  /** Called in the tick of what it tells. */
  readonly record: (event: FaultEvent) => void
  /** Milliseconds of CLOCK_MONOTONIC. */
  readonly now?: () => number
}

export const monotonicMs = () => Number(process.hrtime.bigint()) / 1e6

export function createFaultBoard({seed, record, now = monotonicMs}: FaultBoardOptions): FaultBoard {
  const connections = new Set<Struck>()
  const book = createFaultBook(record, now)
  let standing: readonly StandingFault[] = []
  let faults = 0
  let opened = 0

  /** Several go at once: what two of them held must not meet one of them alone. */
  function remove(gone: readonly StandingFault[], why: 'healed' | 'spent'): void {
    standing = standing.filter((each) => !gone.includes(each))
    for (const {id} of gone) record({kind: 'fault-healed', at: now(), faultId: id, why})
    for (const connection of connections) connection.heals()
    for (const {id} of gone) book.healed(id)
  }

  return {
    seed,
    now,
    book,
    record,
    standing: () => standing,
    number: () => ++faults,
    begin(fault, target) {
      faults += 1
      const begun = stand(faults, fault, target, now())
      standing = [...standing, begun]
      record({kind: 'fault-began', at: begun.beganAt, faultId: begun.id, fault, target})
      for (const connection of connections) connection.begins(begun)
      return begun.id
    },
    heal(id) {
      const gone = standing.filter((each) => each.id === id)
      if (gone.length > 0) remove(gone, 'healed')
    },
    healAll: () => remove(standing, 'healed'),
    spend(spent) {
      spent.cutsLeft -= 1
      if (spent.cutsLeft === 0) remove([spent], 'spent')
    },
    enter(connection) {
      opened += 1
      connections.add(connection)
      return {id: opened, leave: () => void connections.delete(connection)}
    },
    random: (name) => seededRandom(`${seed}/${name}`),
  }
}
