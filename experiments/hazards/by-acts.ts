/**
 * The signs that acts and books give by themselves: what a person did in a tab that did not know what had become of the
 * conversation. Rules HZ8–HZ11, HZ13, HZ15.
 */
import {draftKept} from '../checkers/draft-kept.ts'
import type {Violation} from '../checkers/verdict.ts'
import type {History} from '../history/history-event.ts'
import {attemptsIn, CannotTell, ELSEWHERE, ledgerLines, requireFate, witnessLines} from './attempts.ts'

/** Sent into what was deleted before. */
export function sentIntoDeleted(history: History): readonly Violation[] {
  const [deleted] = ledgerLines(history, 'deleted')
  if (deleted === undefined) throw new CannotTell('nothing was deleted')
  const late = attemptsIn(history).filter(({at}) => at > deleted.at)
  if (late.length === 0) throw new CannotTell('nobody wrote into what was deleted')
  return late.flatMap((attempt): Violation[] => {
    requireFate(history, attempt)
    const {tab, act} = attempt
    if (act === null) return []
    const note = `it was sent ${msBetween(deleted.at, act.at)} after the conversation was deleted`
    return [{rule: 'HZ8', tab, lines: [deleted.line, act.line], note}]
  })
}

/** Sent while the heading was not what the conversation was called. */
export function sentUnderOldName(history: History): readonly Violation[] {
  const names = ledgerLines(history, 'renamed')
  const [first] = names
  if (first === undefined) throw new CannotTell('nothing was renamed')
  const late = attemptsIn(history).filter(({at}) => at > first.at)
  if (late.length === 0) throw new CannotTell('nobody wrote into what was renamed')
  return late.flatMap((attempt): Violation[] => {
    requireFate(history, attempt)
    const {tab, act} = attempt
    if (act === null) return []
    const shown = witnessLines(history, 'titled').findLast((said) => said.tab === tab && said.at <= act.at)
    if (shown === undefined) throw new CannotTell(`${tab} did not say what its heading was`)
    const name = names.findLast(({at}) => at < act.at)
    if (name === undefined || name.event.titleHash === shown.event.titleHash) return []
    const note = `it was sent ${msBetween(name.at, act.at)} after the conversation got another name than the tab showed`
    return [{rule: 'HZ9', tab, lines: [name.line, shown.line, act.line], note}]
  })
}

/** An answer was stopped by another tab than the one that had asked for it, which never says so. */
export function stoppedUnsaid(history: History): readonly Violation[] {
  const stops = ledgerLines(history, 'stopped').flatMap((stopped) => {
    const act = witnessLines(history, 'acted').findLast(
      ({at, event}) => event.act === 'stopped' && at <= stopped.at,
    )
    const answer = ledgerLines(history, 'committed').find(
      ({event}) => event.messageId === stopped.event.messageId,
    )
    const asking = witnessLines(history, 'acted').findLast(
      ({event}) => event.act === 'sent' && event.messageId === answer?.event.parentId,
    )
    return act === undefined || asking === undefined || asking.tab === act.tab ? [] : [{stopped, act, asking}]
  })
  if (stops.length === 0) throw new CannotTell("nobody stopped another tab's answer")
  return stops.flatMap(({stopped, act, asking}): Violation[] => {
    const isSaid = witnessLines(history, 'notice').some(
      ({tab, at, event}) => tab === asking.tab && at > act.at && ELSEWHERE.test(event.text ?? ''),
    )
    if (isSaid) return []
    if (!witnessLines(history, 'reading').some(({tab, at}) => tab === asking.tab && at > stopped.at))
      throw new CannotTell(`${asking.tab} was not read after its answer was stopped`)
    const note = `${act.tab} stopped its answer, and it never said so`
    return [{rule: 'HZ10', tab: asking.tab, lines: [asking.line, act.line, stopped.line], note}]
  })
}

/** A turn was answered by another model than the one that the conversation had been given. */
export function answeredByOldModel(history: History): readonly Violation[] {
  const choices = ledgerLines(history, 'model-chosen')
  const [first] = choices
  if (first === undefined) throw new CannotTell('nobody chose a model')
  const late = attemptsIn(history).filter(({at}) => at > first.at)
  if (late.length === 0) throw new CannotTell('nobody asked for an answer after the choice')
  for (const attempt of late) requireFate(history, attempt)
  const turns = ledgerLines(history, 'turn-began').filter(({at}) => at > first.at)
  if (turns.length === 0 && late.some(({act}) => act !== null))
    throw new CannotTell('nobody says which model answered')
  return turns.flatMap((turn): Violation[] => {
    const choice = choices.findLast(
      ({at, event}) => at < turn.at && event.conversationId === turn.event.conversationId,
    )
    if (choice === undefined || choice.event.model === turn.event.model) return []
    const asking = late.findLast(({act}) => act !== null && act.at <= turn.at)
    const note = `${turn.event.model} answered ${msBetween(choice.at, turn.at)} after ${choice.event.model} was chosen`
    const lines = [choice.line, ...(asking?.act == null ? [] : [asking.act.line]), turn.line]
    return [{rule: 'HZ11', tab: asking?.tab ?? '', lines, note}]
  })
}

/** What was typed and not sent is gone from the tab that was opened again. */
export function draftGone(history: History): readonly Violation[] {
  const typed = history.events.findLast(
    (event) => event.kind === 'step' && event.do === 'type' && event.phase === 'ended',
  )
  if (typed?.kind !== 'step' || typed.tab === null) throw new CannotTell('nobody typed')
  const {tab, at, line} = typed
  const isHeard = witnessLines(history, 'draft').some(
    (said) => said.tab === tab && said.at <= at && said.event.chars > 0,
  )
  if (!isHeard) throw new CannotTell(`${tab} did not say what was typed`)
  const reopened = history.events.find(
    (event) => event.kind === 'tab-opened' && event.tab === tab && event.navigationStartMs > at,
  )
  if (reopened === undefined) throw new CannotTell(`${tab} was not opened again`)
  if (!witnessLines(history, 'reading').some((said) => said.tab === tab && said.at > reopened.at))
    throw new CannotTell(`${tab} was not read after it was opened again`)
  const {draft, lines} = draftKept(history, tab)
  if (draft !== 'lost') return []
  const note = 'what was typed is not there when the tab is opened again'
  return [
    {rule: 'HZ13', tab, lines: [...new Set([line, ...lines, reopened.line])].toSorted((a, b) => a - b), note},
  ]
}

/** What a tab asked for was asked as somebody else than it was opened for. */
export function askedAsAnother(history: History): readonly Violation[] {
  const owners = new Map<string, {readonly userId: string; readonly line: number}>()
  for (const event of history.events)
    if (event.kind === 'tab-opened' && !owners.has(event.tab)) owners.set(event.tab, event)
  if (new Set([...owners.values()].map(({userId}) => userId)).size < 2)
    throw new CannotTell('all tabs were opened by one account')
  const attempts = attemptsIn(history)
  const asked = ledgerLines(history, 'asked').filter(({at, event}) =>
    attempts.some((attempt) => attempt.tab === event.tab && at > attempt.at),
  )
  if (asked.length === 0) throw new CannotTell('no tab asked for anything after its person had sent')
  return asked.flatMap(({event, line}): Violation[] => {
    const owner = owners.get(event.tab)
    if (owner === undefined || owner.userId === event.userId) return []
    const note = `its request (${event.what}) was made as another account than it was opened for`
    return [{rule: 'HZ15', tab: event.tab, lines: [owner.line, line], note}]
  })
}

const msBetween = (from: number, to: number): string => `${Math.round(to - from)} ms`
