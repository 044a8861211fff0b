/** Conditions of recovering tabs that belong together, so that a policy can be told in a line: by what was done, and to what. */
import {isPushFault, isServerFault} from '../history/fault.ts'
import type {CellSpec} from '../history/history-event.ts'
import {isFaultCondition, scheduleOf} from '../scenario/fault-condition.ts'

export const RECOVERY_GROUPS = [
  'link faults',
  'link faults, hidden tab',
  'server faults',
  'server faults, hidden tab',
  'push faults',
  'no fault',
  'frozen tab',
  'own answer cut',
  'draft',
  'tab put away',
  'all tabs put away',
  'shared socket lost',
] as const
export type RecoveryGroup = (typeof RECOVERY_GROUPS)[number]

/** Null where nothing recovers. */
export function recoveryGroupOf({
  experiment,
  conditions,
}: Pick<CellSpec, 'experiment' | 'conditions'>): RecoveryGroup | null {
  switch (experiment) {
    case 'reconnection':
      return conditions['state'] === 'frozen' ? 'frozen tab' : faultGroupOf(conditions)
    case 'offline-recovery':
      return String(conditions['case']).startsWith('draft') ? 'draft' : 'own answer cut'
    case 'tab-lifecycle':
      if (SERVED.has(String(conditions['state']))) return 'shared socket lost'
      return conditions['who'] === 'all' ? 'all tabs put away' : 'tab put away'
    default:
      return null
  }
}

const SERVED: ReadonlySet<string> = new Set(['leader frozen', 'leader crashed', 'worker ended'])

function faultGroupOf(conditions: CellSpec['conditions']): RecoveryGroup | null {
  const condition = conditions['fault']
  if (!isFaultCondition(condition)) return null
  const [first] = scheduleOf(condition, 'B')
  if (first === undefined) return 'no fault'
  if (isPushFault(first.fault)) return 'push faults'
  const isHidden = conditions['state'] === 'hidden'
  if (isServerFault(first.fault)) return isHidden ? 'server faults, hidden tab' : 'server faults'
  return isHidden ? 'link faults, hidden tab' : 'link faults'
}
