/**
 * Rules SG14 and SG18, read your writes (Terry and others 1994): once a message is known to have arrived, the later reads
 * of its session do not lack it.
 */
import {answeredAnew} from './answered-anew.ts'
import {Findings} from './guarantee.ts'
import type {GuaranteeChecker} from './guarantee.ts'
import {PerSession, readAt, tabOf} from './session.ts'
import type {Scope} from './session.ts'
import {WriteFloor} from './write-floor.ts'

export const readYourWrites =
  (scope: Scope): GuaranteeChecker =>
  (operations) => {
    const {timeline, isAbove} = operations
    const isAnsweredAnew = answeredAnew(scope, operations)
    const findings = new Findings(scope === 'tab' ? 'readYourWrites' : 'readYourWritesOfPerson')
    const sessions = new PerSession(scope, () => new WriteFloor(scope))
    let writes = 0

    for (const operation of timeline) {
      const tab = tabOf(operation)
      if (tab === null) continue
      const session = sessions.of(tab)
      session.settle(operation.at)
      if (operation.kind === 'acknowledgement') {
        writes += 1
        session.acknowledge(operation.message, operation)
      }
      const view = readAt(scope, operation)
      const lacked = view && session.floor.lackedBy(view, isAnsweredAnew(view, operation))
      if (lacked !== null) {
        const lines = [session.floor.lineOf(lacked), operation.line]
        const note = `${lacked.id}, sent in ${lacked.act?.tab.name ?? 'a tab'} and accepted, is not there`
        findings.add(session, lacked, {tab: tab.name, lines, note})
      }
      if (operation.kind !== 'act') continue
      session.replace(operation, isAbove)
      session.write(operation)
    }
    return findings.verdict({writes})
  }
