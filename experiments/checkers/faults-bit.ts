/** Rule P6: every fault of the schedule began, and bit or took effect. One that did not proves nothing about what it was for. */
import {isNetworkFault} from '../history/fault.ts'
import {verdictOf} from './checker.ts'
import type {Checker} from './checker.ts'
import {tookEffect} from './fault-effect.ts'
import {faultWitnesses} from './fault-witness.ts'
import type {Violation} from './verdict.ts'

export const faultsBit: Checker = (history) => {
  const {header, events} = history
  const lines = events.filter((event) => event.kind === 'fault')
  const witnesses = faultWitnesses(lines.map(({event}) => event))
  const began = new Map(
    lines.flatMap(({line, event}) => (event.kind === 'fault-began' ? [[event.faultId, line] as const] : [])),
  )
  const because = witnesses.flatMap(({faultId, fault, bit}): Violation[] => {
    if (isNetworkFault(fault) ? bit : tookEffect(history, faultId, fault)) return []
    const line = began.get(faultId)
    return [
      {
        rule: 'P6',
        tab: '',
        lines: line === undefined ? [] : [line],
        note: `the fault ${fault.name} did not bite`,
      },
    ]
  })
  const missing = (header.schedule?.length ?? 0) - witnesses.length
  if (missing > 0)
    because.push({rule: 'P6', tab: '', lines: [1], note: `${missing} faults of the schedule never began`})
  return verdictOf(because, {faults: witnesses.length})
}
