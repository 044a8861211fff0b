/**
 * Rule K7: what the server's book says a tab was given, against what the tab shows. A tab whose socket took all of the
 * content and that shows less by the end of the main window is the hazard no heartbeat finds. A push is given to a tab
 * when it was sent to the tab's browser and the browser acknowledged that: it is all a sender can ever learn. The
 * acknowledgement itself may arrive after the window, which ends the moment everything is shown.
 */
import type {History} from '../history/history-event.ts'
import {verdictOf} from './checker.ts'
import type {Checker} from './checker.ts'
import {openedTabs} from './message.ts'
import {presencesOf} from './presence.ts'
import type {Presence} from './presence.ts'
import {pushesOf} from './push-milestones.ts'
import {windowNamed} from './span.ts'
import type {Violation} from './verdict.ts'

/** One observing tab and the messages of the main window: how many were handed to it, and how many it showed when. */
export type Tally = {
  readonly tab: string
  readonly expected: number
  readonly deliveredContent: number
  readonly deliveredHint: number
  readonly deliveredCompletion: number
  readonly shownInMain: number
  readonly shownOnReturn: number | null
  readonly shownAfterRefresh: number | null
}

export const deliveredAgainstShown: Checker = (history) => {
  const tallies = talliesOf(history)
  const lines = windowNamed(history, 'main')?.lines ?? []
  const deliveries = deliveriesOf(history)
  const because = tallies.flatMap((tally): Violation[] => {
    const {tab, expected, deliveredContent, shownInMain} = tally
    if (expected === 0 || deliveredContent < expected || shownInMain === expected) return []
    const note = `delivered ${deliveredContent} of ${expected}, shown ${shownInMain} of ${expected}`
    return [{rule: 'K7', tab, lines: [...new Set(deliveries.get(tab)?.contentLines), ...lines], note}]
  })
  const details = Object.fromEntries(
    tallies.flatMap(({tab, ...counts}) =>
      Object.entries(counts).flatMap(([name, count]) => (count === null ? [] : [[`${tab} ${name}`, count]])),
    ),
  )
  return verdictOf(because, details)
}

export function talliesOf(history: History): readonly Tally[] {
  const deliveries = deliveriesOf(history)
  const byTab = Map.groupBy(presencesOf(history), ({tab}) => tab)
  return [...byTab].map(([tab, presences]) => {
    const given = deliveries.get(tab)
    const count = (carried: ReadonlySet<string> | undefined) =>
      presences.filter(({message}) => carried?.has(message.id)).length
    return {
      tab,
      expected: presences.length,
      deliveredContent: count(given?.content),
      deliveredHint: count(given?.hint),
      deliveredCompletion: count(given?.completion),
      shownInMain: presences.filter(({main}) => main !== null).length,
      shownOnReturn: countIf(presences, (presence) => presence.return),
      shownAfterRefresh: countIf(presences, (presence) => presence.refresh),
    }
  })
}

function countIf(
  presences: readonly Presence[],
  wasShown: (presence: Presence) => boolean | null,
): number | null {
  const known = presences.map(wasShown).filter((shown) => shown !== null)
  return known.length === 0 ? null : known.filter(Boolean).length
}

type Kind = 'content' | 'hint' | 'completion'
type Carried = {
  readonly content: Set<string>
  readonly hint: Set<string>
  readonly completion: Set<string>
  /** Where the content of each message was delivered first. */
  readonly contentLines: number[]
}

/** Which messages were handed to which tab's socket, or browser, by the end of the main window. */
function deliveriesOf(history: History): ReadonlyMap<string, Carried> {
  const until = windowNamed(history, 'main')?.to ?? 0
  const deliveries = new Map<string, Carried>()
  const give = (tab: string, carries: Kind, messageIds: readonly string[], line: number) => {
    const carried = deliveries.get(tab) ?? {
      content: new Set(),
      hint: new Set(),
      completion: new Set(),
      contentLines: [],
    }
    deliveries.set(tab, carried)
    for (const id of messageIds) {
      if (carries === 'content' && !carried.content.has(id)) carried.contentLines.push(line)
      carried[carries].add(id)
    }
  }
  for (const event of history.events) {
    if (event.kind !== 'ledger' || event.event.kind !== 'delivered' || event.at > until) continue
    const {tab, carries, messageIds} = event.event
    if (carries !== 'lifecycle') give(tab, carries, messageIds, event.line)
  }
  const tabs = openedTabs(history)
  for (const {sent, acked, carries, messageIds, device} of pushesOf(history)) {
    if (acked === null || carries === null) continue
    const acknowledged = sent.findLast(({at}) => at <= acked.at)
    if ((acknowledged ?? acked).at > until) continue
    for (const {tab} of tabs.filter((opened) => opened.device === device))
      give(tab, carries, messageIds, acked.line)
  }
  return deliveries
}
