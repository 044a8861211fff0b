/**
 * Rule SG8, no duplicate: a view shows a message once, the server commits it once, and one act of a person's brings about
 * one message: a second one of the same words that no act named was sent again by itself.
 */
import {Findings} from './guarantee.ts'
import type {GuaranteeChecker} from './guarantee.ts'
import type {Message, Operations} from './operation.ts'

export const duplicated: GuaranteeChecker = (operations) => {
  const findings = new Findings('noDuplicate')
  findInViews(operations, findings)
  for (const message of operations.messages) {
    if (message.committed === null || message.committedAgain === null) continue
    const lines = [message.committed.line, message.committedAgain]
    findings.add('again', message, {tab: '', lines, note: `${message.id} was committed twice`})
  }
  findSentAgain(operations, findings)
  return findings.verdict()
}

function findInViews({timeline, messages}: Operations, findings: Findings): void {
  /** The number of the view in which each message stood last. */
  const stoodIn = new Int32Array(messages.length)
  let views = 0
  for (const operation of timeline) {
    if (operation.kind !== 'view') continue
    views += 1
    const {tab, line} = operation
    for (const {message} of operation.entries) {
      if (stoodIn[message.index] === views)
        findings.add(tab, message, {tab: tab.name, lines: [line], note: `${message.id} is there twice`})
      stoodIn[message.index] = views
    }
  }
}

function findSentAgain({timeline}: Operations, findings: Findings): void {
  const acted = new Map<string, Message>()
  for (const operation of timeline) {
    if (operation.kind !== 'commit' || operation.message.role !== 'user') continue
    const {message} = operation
    const words = JSON.stringify([message.personId, message.conversationId, message.chars, message.textHash])
    if (message.act !== null) {
      if (!acted.has(words)) acted.set(words, message)
      continue
    }
    const first = acted.get(words)
    if (first?.committed == null) continue
    const lines = [first.committed.line, operation.line]
    const note = `${message.id} says again what ${first.id} said, and nobody sent it`
    findings.add('sent', message, {tab: first.act?.tab.name ?? '', lines, note})
  }
}
