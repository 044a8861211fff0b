/** Reads a fault schedule from JSON that somebody wrote: one sentence says what is wrong with it and what would do. Rule FA14. */
import * as v from 'valibot'
import {UsageError} from '../usage-error.ts'
import {
  EVERYBODY,
  FAULT_NAMES,
  faultSchedule,
  isNetworkFault,
  isPushFault,
  isServerFault,
  type Fault,
  type FaultSchedule,
  type ScheduledFault,
} from './fault.ts'

/** What strikes without standing; any other fault needs time to bite. */
const STRIKES: readonly string[] = [
  'fin',
  'rst',
  'restart',
  'restart-lost-history',
  'mcs-cut',
  'token-expired',
] satisfies Fault['name'][]

/** `tabs`: who can be struck, besides everybody. Throws {@link UsageError}. */
export function readFaultSchedule(text: string, tabs: readonly string[]): FaultSchedule {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    throw new UsageError('The fault schedule is not JSON; it takes a list like [{"atMs": 0, …}].')
  }
  const result = v.safeParse(faultSchedule, value, {abortEarly: true})
  if (!result.success) throw new UsageError(sentence(result.issues[0]))
  for (const [index, entry] of result.output.entries()) {
    const problem = problemOf(entry, tabs)
    if (problem !== null) throw new UsageError(`Entry ${index + 1} of the fault schedule: ${problem}.`)
  }
  return result.output
}

function sentence(issue: v.BaseIssue<unknown>): string {
  const [entry, ...path] = issue.path ?? []
  if (entry === undefined) return `The fault schedule is ${issue.received}; it takes a list of faults.`
  const place = path.map(({key}) => String(key)).join('.') || 'it'
  return `Entry ${Number(entry.key) + 1} of the fault schedule: ${complaint(issue, place)}.`
}

function complaint({type, expected, received, message}: v.BaseIssue<unknown>, place: string): string {
  if (type === 'strict_object' && expected === 'never') return `${place} means nothing here`
  if (place === 'fault.name' && received !== 'undefined')
    return `the fault ${received} is unknown; accepted are ${FAULT_NAMES.join(', ')}`
  if (received === 'undefined') return `${place} is missing`
  return `${place} is ${received}; it takes ${expected === 'Object' ? 'an object' : message}`
}

function problemOf(entry: ScheduledFault, tabs: readonly string[]): string | null {
  const {atMs, healAtMs, owner, on, fault} = entry
  if (owner !== EVERYBODY && !tabs.includes(owner))
    return `there is no tab "${owner}"; accepted are ${[...tabs, EVERYBODY].join(', ')}`
  if ((isServerFault(fault) || isPushFault(fault)) && owner !== EVERYBODY)
    return `a ${fault.name} is everybody's; its owner is "${EVERYBODY}"`
  if (!isNetworkFault(fault) && on !== 'everything')
    return `a ${fault.name} cannot be on ${on} alone; leave "on" out`
  if (healAtMs === null || healAtMs > atMs) return null
  if (healAtMs < atMs) return `it heals at ${healAtMs} ms, before it begins at ${atMs} ms`
  if (STRIKES.includes(fault.name)) return null
  return `a ${fault.name} that heals in the moment it begins does nothing; only ${STRIKES.join(', ')} can`
}
