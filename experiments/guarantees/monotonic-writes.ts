/**
 * Rules SG12 and SG16, monotonic writes (Terry and others 1994): a message is attached below the one that its session had
 * sent there before, unless the tab showed another branch. Of other tabs only what was acknowledged was before.
 */
import {ALLOWANCES} from './defaults.ts'
import {Findings} from './guarantee.ts'
import type {GuaranteeChecker} from './guarantee.ts'
import {isBefore, showsAnotherBranch} from './operation.ts'
import type {Act, Message, Moment, Operation} from './operation.ts'
import {PerSession, tabOf} from './session.ts'
import type {Scope} from './session.ts'
import {sentBy} from './writes-follow-reads.ts'

type Write = Moment & {readonly message: Message}
type Writer = {
  /** By conversation. */
  readonly last: Map<string | null, Write>
  readonly coming: Write[]
  next: number
}

export const monotonicWrites =
  (scope: Scope): GuaranteeChecker =>
  ({timeline, isAbove}) => {
    const findings = new Findings(scope === 'tab' ? 'monotonicWrites' : 'monotonicWritesOfPerson')
    const sessions = new PerSession(scope, (): Writer => ({
      last: new Map<string | null, Write>(),
      coming: [],
      next: 0,
    }))
    const delayMs = scope === 'tab' ? 0 : ALLOWANCES.slackMs
    let writes = 0

    for (const operation of timeline) {
      const tab = tabOf(operation)
      if (tab === null || (operation.kind !== 'act' && operation.kind !== 'acknowledgement')) continue
      const session = sessions.of(tab)
      settle(session, operation.at - delayMs)
      const message = operation.kind === 'act' ? sentBy(operation) : null
      if (message !== null && operation.kind === 'act') {
        writes += 1
        const before = session.last.get(message.conversationId)?.message
        const isOnPurpose =
          before !== undefined &&
          operation.view !== null &&
          showsAnotherBranch(operation.view, before, isAbove)
        if (before !== undefined && !isAbove(before, message) && !isOnPurpose) {
          const lines = [before.committed?.line ?? 0, message.committed?.line ?? 0, operation.line]
          const note = `${message.id} does not follow ${before.id}, which was sent before it`
          findings.add(session, message, {tab: tab.name, lines, note})
        }
      }
      const write = writeIn(scope, operation)
      if (write !== null) session.coming.push({message: write, at: operation.at, line: operation.line})
    }
    return findings.verdict({writes})
  }

/** The write that is before what comes later: in a tab from its act on, between tabs once it is acknowledged. */
function writeIn(scope: Scope, operation: Operation): Message | null {
  if (scope === 'person') return operation.kind === 'acknowledgement' ? operation.message : null
  return operation.kind === 'act' && isWrite(operation) ? operation.message : null
}

const isWrite = (act: Act): boolean => act.message?.act === act && act.message.committed !== null

function settle(session: Writer, until: number): void {
  for (;;) {
    const first = session.coming[session.next]
    if (first === undefined || first.at > until) return
    session.next += 1
    const {conversationId} = first.message
    const known = session.last.get(conversationId)
    if (known === undefined || isLater(first, known)) session.last.set(conversationId, first)
  }
}

/** Of two that one view acknowledged the one sent later. */
const isLater = (write: Write, known: Write): boolean =>
  isBefore(known, write) ||
  (write.message.act !== null && known.message.act !== null && isBefore(known.message.act, write.message.act))
