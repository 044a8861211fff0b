/**
 * Rule P5: where a condition is about a whole device, all of it is proved for as long as the main window lasts.
 * `all-hidden`: every tab of the device that the cell watches is held hidden, and the browser knows of no other window of
 * the origin. `no-page`: every such tab is closed, and the browser knows of no window at all. Beside the runner's own
 * steps the browser's list and the service worker itself are asked, where the platform pushes.
 */
import type {History} from '../history/history-event.ts'
import type {Checker} from './checker.ts'
import {openedTabs} from './message.ts'
import {presencesOf} from './presence.ts'
import {holdsOf, isWithin, windowNamed} from './span.ts'
import type {Window} from './span.ts'
import type {Violation} from './verdict.ts'

const SLACK_MS = 1

export const deviceStateProved: Checker = (history) => {
  const state = history.header.cell.conditions['state']
  if (state !== 'all-hidden' && state !== 'no-page') return {verdict: 'valid'}
  const main = windowNamed(history, 'main')
  if (main === null) return {verdict: 'unknown', why: 'there was no main window'}
  const watched = openedTabs(history).filter(({openedAt}) => openedAt <= main.from)
  const observer = presencesOf(history)[0]?.tab
  const device = watched.find(({tab}) => tab === observer)?.device
  const tabs = watched.filter((opened) => opened.device === device).map(({tab}) => tab)
  if (device === undefined) return {verdict: 'unknown', why: 'no tab was watched'}

  const wanted = state === 'all-hidden' ? 'hidden' : 'closed'
  const because = [...tabsElsewhere(history, main, tabs, wanted), ...workerAgainst(history, main, device)]
  const pushes = history.events.some((event) => event.kind === 'device' && event.device === device)
  if (pushes) {
    const lists = history.events.filter(
      (event) => event.kind === 'census' && event.device === device && aroundMain(event.at, main),
    )
    if (lists.length === 0) return {verdict: 'unknown', why: 'the browser was not asked for its windows'}
    const expected = wanted === 'closed' ? 0 : tabs.length
    for (const list of lists) {
      if (list.kind !== 'census' || list.windows === expected) continue
      const note = `the browser knows ${list.windows} windows of the origin, not ${expected}`
      because.push({rule: 'P5', tab: '', lines: [list.line], note})
    }
  }
  return because.length === 0
    ? {verdict: 'valid', details: {tabs: tabs.length}}
    : {verdict: 'invalid', because}
}

/** The list is asked for right before the window opens and right after it closes. */
const LIST_WITHIN_MS = 1_000
const aroundMain = (at: number, {from, to}: Window) =>
  at >= from - LIST_WITHIN_MS && at <= to + LIST_WITHIN_MS

function tabsElsewhere(
  history: History,
  main: Window,
  tabs: readonly string[],
  wanted: 'hidden' | 'closed',
): Violation[] {
  const holds = holdsOf(history)
  return tabs.flatMap((tab): Violation[] => {
    const through = holds.find(
      (hold) =>
        hold.tab === tab &&
        hold.state === wanted &&
        hold.heldFrom <= main.from + SLACK_MS &&
        hold.heldTo >= main.to - SLACK_MS,
    )
    if (through !== undefined) return []
    return [{rule: 'P5', tab, lines: main.lines, note: `it was not ${wanted} for the whole main window`}]
  })
}

/** A worker that found a visible window says so. */
function workerAgainst({events}: History, main: Window, device: string): Violation[] {
  return events.flatMap((event): Violation[] => {
    if (event.kind !== 'worker' || event.device !== device || !isWithin(event.at, main)) return []
    // What was said within the error of its clock may have been before.
    if (event.at - event.clockErrorMs < main.from) return []
    if (event.event.kind !== 'push-forwarded') return []
    const note = 'the service worker found a visible window'
    return [{rule: 'P5', tab: '', lines: [event.line], note}]
  })
}
