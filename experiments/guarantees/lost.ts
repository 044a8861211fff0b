/**
 * Rule SG9, nothing lost (eventual visibility: Viotti and Vukolić 2016; a lost write, in Jepsen's words): at the end every
 * open, visible tab shows what was committed on its path, given time to.
 */
import {Floor} from './floor.ts'
import {Findings} from './guarantee.ts'
import type {GuaranteeChecker} from './guarantee.ts'
import {isBefore} from './operation.ts'

export const lost: GuaranteeChecker = ({endings, messages}) => {
  const findings = new Findings('nothingLost')
  const due = new Floor()
  const commits = messages
    .flatMap((message) => (message.committed === null ? [] : [{message, committed: message.committed}]))
    .toSorted((a, b) => (isBefore(a.committed, b.committed) ? -1 : 1))
  let next = 0

  for (const {tab, view, dueAt} of endings.toSorted((a, b) => a.dueAt - b.dueAt)) {
    for (;;) {
      const commit = commits[next]
      if (commit === undefined || commit.committed.at > dueAt) break
      due.add(commit.message, commit.committed.line)
      next += 1
    }
    const lacked = due.lackedBy(view)
    if (lacked === null) continue
    const lines = [due.lineOf(lacked), view.line]
    findings.add(tab, lacked, {tab: tab.name, lines, note: `${lacked.id} is not there at the end`})
  }
  return findings.verdict({tabs: endings.length})
}
