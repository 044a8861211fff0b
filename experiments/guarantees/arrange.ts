/**
 * Puts what was read into the order of time, and says of every moment what follows from it alone: which view stands, who
 * looks at it, when a tab learnt that its message arrived. Rules SG2–SG4, SG9.
 */
import {ALLOWANCES} from './defaults.ts'
import {isBefore, isThere} from './operation.ts'
import type {Ending, Message, Moment, Operation, Operations, Tab, View} from './operation.ts'
import type {RawOperation, Read} from './operation-reader.ts'
import type {TreeOrder} from './tree-order.ts'

type Page = {
  readonly saw: Map<Message, Moment>
  standing: View | null
  /** Null until the page said it. */
  isVisible: boolean | null
  visibleSince: number
  loadedAt: number
  look: Moment | null
}

export function arrange(
  read: Read,
  {isAbove}: TreeOrder,
  endAt: number,
  settleMs: number = ALLOWANCES.settleMs,
): Operations {
  const {messages, tabs} = read
  const raw = [...read.operations, ...written(messages), ...received(read)].toSorted(byMoment)
  const timeline: Operation[] = []
  const pages = new Map<Tab, Page>(tabs.map((tab) => [tab, newPage(tab.saw)]))
  const waiting = new Set<Page>()
  const acknowledged = new Set<Message>()

  const lookAround = (until: number) => {
    for (const page of waiting) {
      if (page.look === null || page.look.at > until) continue
      if (page.standing !== null)
        timeline.push({kind: 'look', ...page.look, tab: page.standing.tab, view: page.standing})
      page.look = null
      waiting.delete(page)
    }
  }
  const acknowledge = (message: Message, {at, line}: Moment) => {
    if (message.act === null || message.committed === null || acknowledged.has(message)) return
    acknowledged.add(message)
    timeline.push({kind: 'acknowledgement', at, line, tab: message.act.tab, message})
  }

  for (const operation of raw) {
    if (waiting.size > 0) lookAround(operation.at)
    if (operation.kind === 'received') {
      acknowledge(operation.message, operation)
      continue
    }
    if (operation.kind === 'begin' || operation.kind === 'commit') {
      timeline.push(operation)
      continue
    }
    const {tab, at, line} = operation
    const page = pages.get(tab)
    if (page === undefined) continue
    switch (operation.kind) {
      case 'view':
        settleView(operation, page)
        for (let i = operation.changedFrom; i < operation.entries.length; i += 1) {
          const entry = operation.entries[i]
          if (entry === undefined || !isThere(entry)) continue
          if (!page.saw.has(entry.message)) page.saw.set(entry.message, {at, line})
          if (entry.message.act?.tab === tab && isBefore(entry.message.act, operation))
            acknowledge(entry.message, operation)
        }
        page.standing = operation
        timeline.push(operation)
        break
      case 'act':
        operation.view = page.standing
        timeline.push(operation)
        break
      case 'gone':
        page.standing = null
        page.look = null
        waiting.delete(page)
        timeline.push(operation)
        break
      case 'told':
      case 'choice':
        timeline.push(operation)
        break
      case 'page': {
        if (operation.isLoad) {
          page.standing = null
          page.loadedAt = at
          timeline.push({kind: 'load', at, line, tab})
        }
        const returns = operation.isVisible && page.isVisible === false
        if (returns) page.visibleSince = at
        page.isVisible = operation.isVisible
        page.look = returns && !operation.isLoad ? {at: at + ALLOWANCES.lookMs, line} : page.look
        if (!operation.isVisible || operation.isLoad) page.look = null
        if (page.look === null) waiting.delete(page)
        else waiting.add(page)
        break
      }
    }
  }
  lookAround(endAt)
  const settledAt = endAt - settleMs
  const endings = areSettled(read, settledAt)
    ? [...pages].flatMap(([tab, page]) => ending(tab, page, settledAt))
    : []
  return {timeline, messages, tabs, isAbove, endings, endAt}
}

const newPage = (saw: Map<Message, Moment>): Page => ({
  saw,
  standing: null,
  isVisible: null,
  visibleSince: Number.NEGATIVE_INFINITY,
  loadedAt: Number.NEGATIVE_INFINITY,
  look: null,
})

type Written = Extract<Operation, {kind: 'begin' | 'commit'}>
type Received = Moment & {readonly kind: 'received'; readonly message: Message}

const written = (messages: readonly Message[]): Written[] =>
  messages.flatMap((message) => [
    ...(message.begun === null ? [] : [{kind: 'begin' as const, ...message.begun, message}]),
    ...(message.committed === null ? [] : [{kind: 'commit' as const, ...message.committed, message}]),
  ])

const received = ({received: all}: Read): Received[] =>
  [...all].map(([message, {at, line}]) => ({kind: 'received', at, line, message}))

const byMoment = (a: RawOperation | Written | Received, b: RawOperation | Written | Received) =>
  a.at - b.at || a.line - b.line

function settleView(view: Extract<RawOperation, {kind: 'view'}>, page: Page): void {
  view.isSeen = page.isVisible !== false
  view.last = view.entries.findLast(({message}) => message.begun !== null)?.message ?? null
  const before = page.standing?.entries ?? []
  const shared = Math.min(before.length, view.entries.length)
  let same = 0
  while (same < shared && before[same] === view.entries[same]) same += 1
  view.changedFrom = same
}

const areSettled = ({standingFaults, lastHealAt}: Read, settledAt: number): boolean =>
  standingFaults === 0 && lastHealAt <= settledAt

function ending(tab: Tab, {standing, isVisible, visibleSince, loadedAt}: Page, settledAt: number): Ending[] {
  if (standing === null || isVisible === false) return []
  if (visibleSince > settledAt && loadedAt < visibleSince) return []
  return [{tab, view: standing, dueAt: Math.max(settledAt, loadedAt)}]
}
