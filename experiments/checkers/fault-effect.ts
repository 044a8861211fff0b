/**
 * Whether a fault that is none of the network's took effect: by what was seen of it when it was carried out, and by what
 * the books of the servers and of the push back end say while it stood. Rule P6.
 */
import type {Fault, NetworkFault} from '../history/fault.ts'
import type {History, RecordedEvent} from '../history/history-event.ts'

/** What ends a moment later is told a moment later. */
const SLACK_MS = 1_000
const WENT_AWAY = {drain: 1012, overload: 1013} as const
/** Of requests that an overloaded server refuses, on either platform. */
const OVERLOADED: readonly number[] = [429, 503, 529]

export type OtherFault = Exclude<Fault, NetworkFault>

export function tookEffect({events, footer}: History, faultId: number, fault: OtherFault): boolean {
  const about = events.flatMap((line) =>
    line.kind === 'fault' && 'faultId' in line.event && line.event.faultId === faultId ? [line.event] : [],
  )
  const from = about.find(({kind}) => kind === 'fault-began')?.at ?? footer.at
  const to = (about.find(({kind}) => kind === 'fault-healed')?.at ?? footer.at) + SLACK_MS
  const meanwhile = events.filter(({at}) => at >= from && at <= to)
  const saw = (what: string) =>
    about.some((event) => event.kind === 'fault-carried-out' && event.what === what)

  switch (fault.name) {
    case 'cdp-offline':
      return saw('page-offline')
    case 'kill':
    case 'restart':
      return saw('server-ended')
    case 'restart-lost-history':
      return saw('server-ended') && saw('history-lost')
    case 'drain':
    case 'overload':
      return meanwhile.some((line) => isTurnedAway(line, WENT_AWAY[fault.name]))
    case 'slow':
      return saw('slowed') && meanwhile.some((line) => line.kind === 'ledger' && isServed(line.event.kind))
    case 'push-delay':
    case 'push-duplicate':
    case 'push-reorder':
      return (
        saw('delivery-changed') &&
        meanwhile.some((line) => line.kind === 'push' && line.event.kind === 'push-stored')
      )
    case 'push-drop':
      return meanwhile.some(
        (line) => line.kind === 'push' && line.event.kind === 'push-dropped' && line.event.why === 'fault',
      )
    case 'mcs-cut':
      return meanwhile.some((line) => line.kind === 'push' && line.event.kind === 'push-link-closed')
    case 'token-expired':
      return events.some(
        (line) =>
          line.at >= from &&
          line.kind === 'ledger' &&
          line.event.kind === 'refused' &&
          line.event.where === 'push',
      )
  }
}

const isServed = (kind: string): boolean => kind === 'asked' || kind === 'delivered' || kind === 'connected'

function isTurnedAway(line: RecordedEvent, code: number): boolean {
  if (line.kind !== 'ledger') return false
  const {event} = line
  return (
    (event.kind === 'disconnected' && event.code === code) ||
    (event.kind === 'asked' && OVERLOADED.includes(event.status))
  )
}
