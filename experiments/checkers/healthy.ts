/**
 * Rule P3: the machine kept up, and the book adds up. A stalled event loop, a stolen processor or a tab that was given
 * more messages than there were makes every number of the cell doubtful.
 */
import type {History} from '../history/history-event.ts'
import {verdictOf} from './checker.ts'
import type {Checker} from './checker.ts'
import {LIMITS} from './defaults.ts'
import type {Violation} from './verdict.ts'

export const healthy: Checker = (history) => {
  const readings = history.events.filter((event) => event.kind === 'health')
  if (readings.length === 0) return {verdict: 'unknown', why: 'nobody looked at the health of the machine'}

  const {alone} = history.header
  const tooHigh = readings.flatMap((reading): Violation[] =>
    PULSES.flatMap(({name, note, unit, ...limits}) => {
      const limit = alone ? limits.alone : limits.shared
      const value = reading[name]
      // A system that does not tell of stolen time cannot be held to it.
      if (value === null || value <= limit) return []
      return [
        {
          rule: 'P3',
          tab: '',
          lines: [reading.line],
          note: `${note}: ${value.toFixed(1)} ${unit}, at most ${limit}`,
        },
      ]
    }),
  )
  const worst = PULSES.map(({name}) => [name, Math.max(...readings.map((reading) => reading[name] ?? 0))])
  return verdictOf([...tooHigh, ...overDeliveries(history)], Object.fromEntries(worst))
}

const LATENESS = {alone: LIMITS.eventLoopDelayP99Ms, shared: LIMITS.sharedEventLoopDelayP99Ms}

const PULSES = [
  {
    name: 'eventLoopDelayP99Ms',
    note: "the runner's event loop was late",
    ...LATENESS,
    unit: 'ms',
  },
  {
    name: 'serverEventLoopDelayP99Ms',
    note: "the server's event loop was late",
    ...LATENESS,
    unit: 'ms',
  },
  {
    name: 'stealPercent',
    note: 'the processor was taken away',
    alone: LIMITS.stealPercent,
    shared: LIMITS.stealPercent,
    unit: '%',
  },
] as const

/** Delivery above 100 %: more messages handed to a tab than were written. An answer may have begun without a word yet. */
function overDeliveries({events}: History): readonly Violation[] {
  const written = new Set<string>()
  let turns = 0
  for (const {kind, ...rest} of events) {
    if (kind !== 'ledger' || !('event' in rest)) continue
    if (rest.event.kind === 'committed' || rest.event.kind === 'appended') written.add(rest.event.messageId)
    if (rest.event.kind === 'committed' && rest.event.role === 'user') turns += 1
  }
  const strangers = new Map<string, Map<string, number>>()
  for (const {line, ...event} of events) {
    if (event.kind !== 'ledger' || event.event.kind !== 'delivered' || event.event.carries !== 'content')
      continue
    const ofTab = strangers.get(event.event.tab) ?? new Map<string, number>()
    strangers.set(event.event.tab, ofTab)
    for (const id of event.event.messageIds) if (!written.has(id) && !ofTab.has(id)) ofTab.set(id, line)
  }
  return [...strangers].flatMap(([tab, ids]): Violation[] => {
    if (ids.size <= turns) return []
    return [
      {
        rule: 'P3',
        tab,
        lines: [...ids.values()],
        note: `was handed ${ids.size} messages that were never written`,
      },
    ]
  })
}
