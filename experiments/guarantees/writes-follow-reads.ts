/**
 * Rules SG15 and SG19, writes follow reads (Terry and others 1994): a message is attached below what its session had read
 * there. An edit or a regeneration goes back on purpose.
 */
import {Findings} from './guarantee.ts'
import type {GuaranteeChecker} from './guarantee.ts'
import {ReadFloor} from './read-floor.ts'
import {PerSession, readAt, tabOf} from './session.ts'
import type {Scope} from './session.ts'
import type {Act, Message} from './operation.ts'

export const writesFollowReads =
  (scope: Scope): GuaranteeChecker =>
  ({timeline, isAbove}) => {
    const findings = new Findings(scope === 'tab' ? 'writesFollowReads' : 'writesFollowReadsOfPerson')
    const sessions = new PerSession(scope, () => new ReadFloor(scope))
    let writes = 0

    for (const operation of timeline) {
      const tab = tabOf(operation)
      if (tab === null) continue
      const session = sessions.of(tab)
      session.settle(operation.at)
      const written = operation.kind === 'act' ? sentBy(operation) : null
      const passedOver = written?.parent ? session.floor.anyBelow(written.parent) : null
      if (written !== null) writes += 1
      if (written !== null && passedOver !== null) {
        const lines = [session.floor.lineOf(passedOver), written.committed?.line ?? 0, operation.line]
        const note = `${written.id} does not follow ${passedOver.id}, which had been read`
        findings.add(session, written, {tab: tab.name, lines, note})
      }
      const view = readAt(scope, operation)
      if (view !== null) session.read(view, operation)
      if (operation.kind === 'act') session.replace(operation, isAbove)
      if (operation.kind === 'load' && scope === 'tab') session.reload(operation.at)
    }
    return findings.verdict({writes})
  }

/** The message that was sent by this act and that the server committed. */
export const sentBy = (act: Act): Message | null =>
  act.act === 'sent' && act.message?.act === act && act.message.committed !== null ? act.message : null
