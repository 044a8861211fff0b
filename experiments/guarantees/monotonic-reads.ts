/**
 * Rules SG13 and SG17, monotonic reads (Terry and others 1994): what a session has read, its later reads do not lack, and
 * what a tab showed of a text does not shrink.
 */
import type {Scope} from './session.ts'
import {answeredAnew} from './answered-anew.ts'
import {PerSession, readAt, tabOf} from './session.ts'
import {Findings} from './guarantee.ts'
import type {GuaranteeChecker} from './guarantee.ts'
import {isThere} from './operation.ts'
import type {Message, View} from './operation.ts'
import {ReadFloor} from './read-floor.ts'

type Length = {readonly chars: number; readonly line: number}
type Reader = {readonly read: ReadFloor; readonly lengths: Map<Message, Length>}

export const monotonicReads =
  (scope: Scope): GuaranteeChecker =>
  (operations) => {
    const {timeline, isAbove} = operations
    const isAnsweredAnew = answeredAnew(scope, operations)
    const findings = new Findings(scope === 'tab' ? 'monotonicReads' : 'monotonicReadsOfPerson')
    const sessions = new PerSession(scope, (): Reader => ({
      read: new ReadFloor(scope),
      lengths: new Map<Message, Length>(),
    }))
    let reads = 0

    for (const operation of timeline) {
      const tab = tabOf(operation)
      if (tab === null) continue
      const session = sessions.of(tab)
      session.read.settle(operation.at)
      const view = readAt(scope, operation)
      if (view !== null) {
        reads += 1
        const lacked = session.read.floor.lackedBy(view, isAnsweredAnew(view, operation))
        if (lacked !== null) {
          const lines = [session.read.floor.lineOf(lacked), operation.line]
          findings.add(session, lacked, {
            tab: tab.name,
            lines,
            note: `${lacked.id} was read, then it was gone`,
          })
        }
        if (scope === 'tab' && view === operation) checkLengths(view, session, findings)
        session.read.read(view, operation)
      }
      if (operation.kind === 'act') session.read.replace(operation, isAbove)
      if (operation.kind === 'load' && scope === 'tab')
        for (const message of session.read.reload(operation.at)) session.lengths.delete(message)
    }
    return findings.verdict({reads})
  }

function checkLengths(view: View, session: Reader, findings: Findings): void {
  for (let i = view.changedFrom; i < view.entries.length; i += 1) {
    const entry = view.entries[i]
    if (entry === undefined || !isThere(entry)) continue
    const {message, chars} = entry
    const known = session.lengths.get(message)
    if (known === undefined) {
      session.lengths.set(message, {chars, line: view.line})
      continue
    }
    if (chars === known.chars || isRepeated(view, i)) continue
    if (chars > known.chars) session.lengths.set(message, {chars, line: view.line})
    // What was shown beyond the text that the server kept was never promised.
    if (chars >= Math.min(known.chars, message.chars)) continue
    const note = `${message.id} had ${known.chars} characters, then ${chars}`
    findings.add(session, message, {tab: view.tab.name, lines: [known.line, view.line], note})
  }
}

/** Of a message that is shown twice the first counts. */
const isRepeated = ({entries}: View, index: number): boolean =>
  entries.some((entry, place) => place < index && entry.message === entries[index]?.message && isThere(entry))
