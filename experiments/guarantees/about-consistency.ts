/** Which events of a history the guarantees look at. */
import type {RecordedEvent} from '../history/history-event.ts'

const WITNESSED: ReadonlySet<string> = new Set([
  'shown',
  'reading',
  'acted',
  'branch-chosen',
  'received',
  'lifecycle',
  'notice',
])

/** What no guarantee looks at can go at once. */
export function isAboutConsistency(event: RecordedEvent): boolean {
  if (event.kind === 'witness') return WITNESSED.has(event.event.kind)
  if (event.kind === 'ledger') return event.event.kind === 'committed' || event.event.kind === 'appended'
  return event.kind === 'tab-opened' || event.kind === 'tab-state' || event.kind === 'fault'
}
