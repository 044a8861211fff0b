/** What the fault proxy's book proves of each fault: whom it touched, at which ends, and whether it bit at all. Rule FA13. */
import type {Fault, FaultTarget} from '../history/fault.ts'
import type {FaultEvent} from '../history/fault-event.ts'

export type FaultWitness = {
  readonly faultId: number
  readonly fault: Fault
  readonly target: FaultTarget
  /** A fault that did not bite proves nothing about what it was to test. */
  readonly bit: boolean
  readonly connections: number
  /** Of what it held or delayed: taken at one end, given at the other, or dropped between them. Told when it is over. */
  readonly takenBytes: number
  readonly givenBytes: number
  readonly droppedBytes: number
  readonly longestMs: number
  readonly cutsAtClient: number
  readonly cutsAtServer: number
}

/** One witness for each fault, in the order they began. */
export function faultWitnesses(events: readonly FaultEvent[]): readonly FaultWitness[] {
  return events
    .filter((event) => event.kind === 'fault-began')
    .map(({faultId, fault, target}) => ({faultId, fault, target, ...accountOf(events, faultId)}))
}

function accountOf(events: readonly FaultEvent[], faultId: number) {
  const about = events.filter((event) => 'faultId' in event && event.faultId === faultId)
  const told = about.filter((event) => event.kind === 'fault-told')
  const cuts = about.filter((event) => event.kind === 'connection-cut')
  const bites = about.filter((event) => event.kind === 'fault-bit')
  const sum = (of: 'takenBytes' | 'givenBytes' | 'droppedBytes') =>
    told.reduce((total, event) => total + event[of], 0)
  return {
    bit: bites.length > 0 || cuts.length > 0,
    connections: new Set([...bites, ...cuts].map(({connection}) => connection)).size,
    takenBytes: sum('takenBytes'),
    givenBytes: sum('givenBytes'),
    droppedBytes: sum('droppedBytes'),
    longestMs: Math.max(0, ...told.map(({longestMs}) => longestMs)),
    cutsAtClient: cuts.filter(({end}) => end === 'client').length,
    cutsAtServer: cuts.filter(({end}) => end === 'server').length,
  }
}
