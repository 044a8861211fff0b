/**
 * Rule SG21, no silent fork: a message that was sent and accepted where the conversation had already gone on, while its tab
 * had not shown how it went on, and was not told. A fork that the sender knew of, or meant, is none: who turned to a branch
 * and sends at its end means that branch, and the page says so to the server (CF2).
 */
import {Findings} from './guarantee.ts'
import type {GuaranteeChecker} from './guarantee.ts'
import {isBefore} from './operation.ts'
import type {Act, Message, Moment, Operation, Tab} from './operation.ts'
import {sentBy} from './writes-follow-reads.ts'

type Fork = {readonly message: Message; readonly newer: Message; readonly act: Act; readonly line: number}

export const silentFork: GuaranteeChecker = ({timeline}) => {
  const findings = new Findings('noSilentFork')
  const newest = new Map<Message, Message>()
  const toldAt = new Map<Tab, Moment>()
  const chosen = new Map<Tab, Message>()
  const meant = new Set<Act>()
  const open = new Map<Tab, Fork[]>()
  const report = ({message, newer, act, line}: Fork) => {
    const lines = [newer.begun?.line ?? 0, act.line, line]
    const note = `${message.id} was sent where ${newer.id} already stood, which the tab had not shown`
    findings.add('fork', message, {tab: act.tab.name, lines, note})
  }
  let sent = 0

  for (const operation of timeline) {
    if (operation.kind === 'told') {
      toldAt.set(operation.tab, operation)
      open.delete(operation.tab)
    }
    if (operation.kind === 'choice') chosen.set(operation.tab, operation.message)
    if (operation.kind === 'load' || operation.kind === 'gone') chosen.delete(operation.tab)
    if (operation.kind === 'act') {
      if (operation.parent !== null && operation.parent === chosen.get(operation.tab)) meant.add(operation)
      for (const fork of open.get(operation.tab) ?? []) report(fork)
      open.delete(operation.tab)
    }
    if (operation.kind !== 'begin') continue
    const fork = forkIn(operation, newest)
    if (operation.message.act?.act === 'sent' && operation.message.committed !== null) sent += 1
    if (operation.message.parent !== null) newest.set(operation.message.parent, operation.message)
    if (fork === null) continue
    const {tab} = fork.act
    if (meant.has(fork.act) && fork.message.parent === fork.act.parent) continue
    const told = toldAt.get(tab)
    const isTold = told !== undefined && fork.newer.begun !== null && !isBefore(told, fork.newer.begun)
    if (!isTold) open.set(tab, [...(open.get(tab) ?? []), fork])
  }
  for (const forks of open.values()) for (const fork of forks) report(fork)
  return findings.verdict({sent})
}

function forkIn(
  {message, line}: Extract<Operation, {kind: 'begin'}>,
  newest: ReadonlyMap<Message, Message>,
): Fork | null {
  const {act, parent} = message
  if (act === null || parent === null || sentBy(act) !== message) return null
  const newer = newest.get(parent)
  if (newer === undefined) return null
  const saw = act.tab.saw.get(newer)
  return saw !== undefined && isBefore(saw, act) ? null : {message, newer, act, line}
}
