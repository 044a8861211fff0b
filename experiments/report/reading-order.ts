/** The order in which rows are read. Cells run in an order drawn from the seed, which tells a reader nothing. */
import {PLATFORMS} from '#protocol/platform.ts'
import {POLICY_NAMES} from '#protocol/policy.ts'
import type {Manifest} from '../history/manifest.ts'
import {DELIVERIES} from '../scenario/delivery.ts'
import {ENGINES, engineOf} from '../scenario/engine.ts'
import {FAULT_CONDITIONS} from '../scenario/fault-condition.ts'
import {PLACES, PUSH_FAULTS, TAB_CONDITIONS, WHO} from '../scenario/state-condition.ts'
import type {Row} from './summary.ts'

/** Words whose order is not that of the alphabet. */
const ORDERS: Readonly<Record<string, readonly string[]>> = {
  browser: ENGINES,
  state: TAB_CONDITIONS,
  who: WHO,
  place: PLACES,
  delivery: DELIVERIES,
  fault: [...FAULT_CONDITIONS, ...PUSH_FAULTS],
}

type Compared = Pick<Row, 'experiment' | 'platform' | 'policy' | 'conditions'>

/** By experiment, conditions, policies, and platforms last, so that what is to be compared stands under each other. */
export const inReadingOrder =
  ({experiments}: Pick<Manifest, 'experiments'>) =>
  (a: Compared, b: Compared): number =>
    byPlace(experiments, a.experiment, b.experiment) ||
    byConditions(a, b) ||
    byPlace(POLICY_NAMES, a.policy, b.policy) ||
    byPlace(PLATFORMS, a.platform, b.platform)

export const inPlatformOrder = (platforms: Iterable<string>): readonly string[] =>
  [...new Set(platforms)].toSorted((a, b) => byPlace(PLATFORMS, a, b))

export const inPolicyOrder = (policies: Iterable<string>): readonly string[] =>
  [...new Set(policies)].toSorted((a, b) => byPlace(POLICY_NAMES, a, b))

function byConditions(a: Compared, b: Compared): number {
  const names = [...new Set(['browser', 'place', ...Object.keys(a.conditions), ...Object.keys(b.conditions)])]
  for (const name of names) {
    const difference = byValue(name, valueOf(a, name), valueOf(b, name))
    if (difference !== 0) return difference
  }
  return 0
}

/** Raw is what every channel is that has no delivery model. */
function valueOf({conditions}: Compared, name: string): string | number | undefined {
  if (name === 'browser') return engineOf({conditions})
  return name === 'delivery' ? (conditions[name] ?? 'raw') : conditions[name]
}

function byValue(name: string, a: string | number | undefined, b: string | number | undefined): number {
  if (a === b) return 0
  if (typeof a === 'number' && typeof b === 'number') return a - b
  return byPlace(ORDERS[name] ?? [], String(a), String(b))
}

/** Known words in the order given, unknown ones after them in that of the alphabet. */
function byPlace(order: readonly string[], a: string, b: string): number {
  const [placeA, placeB] = [order.indexOf(a), order.indexOf(b)]
  if (placeA === -1 && placeB === -1) return a.localeCompare(b)
  if (placeA === -1) return 1
  return placeB === -1 ? -1 : placeA - placeB
}
