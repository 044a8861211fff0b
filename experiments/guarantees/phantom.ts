/**
 * Rule SG7, no phantom (Adya's G1a, a dirty or garbage read, in Jepsen's words): what a tab shows as being there the server
 * began to write or committed, and what it shows as complete is the committed text.
 */
import {Findings} from './guarantee.ts'
import type {GuaranteeChecker} from './guarantee.ts'
import type {Entry} from './operation.ts'

export const phantom: GuaranteeChecker = ({timeline}) => {
  const findings = new Findings('noPhantom')
  let views = 0

  for (const operation of timeline) {
    if (operation.kind !== 'view') continue
    views += 1
    const {tab, entries, line} = operation
    for (let i = operation.changedFrom; i < entries.length; i += 1) {
      const entry = entries[i]
      const why = entry === undefined ? null : whyPhantom(entry)
      if (entry === undefined || why === null) continue
      const {committed, id} = entry.message
      const lines = committed === null ? [line] : [committed.line, line]
      findings.add(tab, entry.message, {tab: tab.name, lines, note: `${id} ${why}`})
    }
  }
  return findings.verdict({views})
}

function whyPhantom({message, chars, status, textHash}: Entry): string | null {
  const isClaimed = status === 'complete' || status === 'stopped' || (status === 'streaming' && chars > 0)
  if (isClaimed && message.begun === null) return 'is shown and was never written'
  if (status !== 'complete') return null
  if (message.committed === null) return 'is shown as complete and was never committed'
  if (chars !== message.chars) return `is shown as complete with ${chars} of ${message.chars} characters`
  return textHash !== null && textHash !== message.textHash ? 'has another text than was committed' : null
}
