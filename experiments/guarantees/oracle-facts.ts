/**
 * What the oracle knows of a history, looked up anew each time by going through all of its lines. Shares nothing with the
 * checkers but the limits. For small histories: nothing here is fast. Rules SG1–SG4.
 */
import type {History, RecordedEvent} from '../history/history-event.ts'
import {ALLOWANCES} from './defaults.ts'

export type Line = {
  readonly id: string
  readonly chars: number
  readonly status: string
  readonly textHash?: string
}
/** `order` is the place among all moments; a look lies between two lines. */
export type OracleRead = {
  readonly order: number
  readonly at: number
  readonly line: number
  readonly tab: string
  readonly kind: 'view' | 'act' | 'look'
  readonly view: readonly Line[]
  readonly isSeen: boolean
}
type Acted = {readonly order: number; readonly at: number; readonly line: number; readonly tab: string}
export type OracleAct = Acted & {
  readonly act: 'sent' | 'stopped' | 'edited' | 'regenerated'
  readonly messageId: string | null
  readonly parentId: string | null
}
export type OracleCommit = {
  readonly order: number
  readonly at: number
  readonly line: number
  readonly id: string
  readonly parent: string
  readonly role: 'user' | 'assistant'
  readonly chars: number
  readonly textHash: string
  readonly userId: string
  readonly conversationId: string
}

export function factsOf({events, footer}: History) {
  const commits = events.flatMap((event, order): OracleCommit[] => {
    if (event.kind !== 'ledger' || event.event.kind !== 'committed') return []
    const {messageId: id, parentId, kind: _, at: __, ...rest} = event.event
    const parent = parentId ?? `the root of ${rest.conversationId}`
    return [{order, at: event.at, line: event.line, id, parent, ...rest}]
  })
  const commitOf = (id: string) => commits.find((commit) => commit.id === id)
  const appended = (id: string) =>
    events.flatMap((event, order) =>
      event.kind === 'ledger' && event.event.kind === 'appended' && event.event.messageId === id
        ? [{order, line: event.line, chars: event.event.chars, conversationId: event.event.conversationId}]
        : [],
    )
  const begunAt = (id: string): {order: number; line: number} | undefined =>
    [...appended(id), ...commits.filter((commit) => commit.id === id)].toSorted(
      (a, b) => a.order - b.order,
    )[0]
  const isKnown = (id: string) => begunAt(id) !== undefined
  const charsOf = (id: string) => commitOf(id)?.chars ?? Math.max(0, ...appended(id).map(({chars}) => chars))
  const conversationOf = (id: string) => commitOf(id)?.conversationId ?? appended(id)[0]?.conversationId
  const parentOf = (id: string) => commitOf(id)?.parent

  /** Strictly: a message does not stand below itself. */
  const isBelow = (id: string, above: string): boolean => {
    const visited = new Set<string>()
    for (let at = parentOf(id); at !== undefined && !visited.has(at); at = parentOf(at)) {
      if (at === above) return true
      visited.add(at)
    }
    return false
  }
  const isThere = ({id, status}: Line) =>
    isKnown(id) && !(commitOf(id)?.role === 'user' && (status === 'sending' || status === 'failed'))
  const isWhole = ({id, chars}: Line) => commitOf(id) !== undefined && chars >= charsOf(id)
  const lastKnown = (view: readonly Line[]) => view.findLast(({id}) => isKnown(id))?.id
  const lacks = (view: readonly Line[], id: string): boolean => {
    if (view.some((line) => line.id === id)) return false
    const last = lastKnown(view)
    return (last !== undefined && isBelow(id, last)) || view.some((line) => parentOf(line.id) === id)
  }

  const acts = events.flatMap((event, order): OracleAct[] => {
    if (event.kind !== 'witness' || event.event.kind !== 'acted') return []
    const {act, messageId, parentId} = event.event
    if (act !== 'sent' && act !== 'stopped' && act !== 'edited' && act !== 'regenerated') return []
    return [{order, at: event.at, line: event.line, tab: event.tab, act, messageId, parentId}]
  })
  const actOf = (id: string) =>
    acts.find(({act, messageId}) => messageId === id && (act === 'sent' || act === 'edited'))
  const replacedBy = ({act, messageId, parentId}: OracleAct): string | null => {
    if (act === 'regenerated') return parentId
    if (act !== 'edited') return null
    return messageId !== null && commitOf(messageId) ? (parentOf(messageId) ?? null) : parentId
  }

  const tabs = [...new Set(events.flatMap(tabIn))]
  const personOf = (tab: string) => openedBy(events, tab) ?? `whoever has ${tab}`
  const views = events.flatMap((event, order) => {
    const view = viewIn(event)
    return view === null || event.kind !== 'witness'
      ? []
      : [{order, at: event.at, line: event.line, tab: event.tab, view}]
  })
  const isVisible = (tab: string, order: number) => {
    const said = events.findLast((event, index) => index < order && saysVisibility(event, tab) !== null)
    return said === undefined || saysVisibility(said, tab) !== 'hidden'
  }
  /** What the tab showed just before: of the page it has, if it has one. */
  const standing = (tab: string, order: number) => {
    const cleared = events.findLastIndex((event, index) => index < order && isCleared(event, tab))
    return views.findLast((view) => view.tab === tab && view.order < order && view.order > cleared)
  }
  const loads = events.flatMap((event, order) =>
    event.kind === 'witness' && isLoad(event, event.tab) ? [{order, at: event.at, tab: event.tab}] : [],
  )
  const told = events.flatMap((event, order) =>
    event.kind === 'witness' &&
    event.event.kind === 'notice' &&
    event.event.text?.includes('changed in another tab')
      ? [{order, tab: event.tab}]
      : [],
  )
  /** Where the branch ends that the tab's person turned to last, on the page that it has. */
  const chosen = (tab: string, order: number): string | undefined => {
    const cleared = events.findLastIndex((event, index) => index < order && isCleared(event, tab))
    const choice = events.findLast((event, index) => index < order && index > cleared && isChoice(event, tab))
    return choice?.kind === 'witness' && choice.event.kind === 'branch-chosen'
      ? choice.event.messageId
      : undefined
  }
  const loadedAt = (tab: string) =>
    events.findLast((event) => isLoad(event, tab))?.at ?? Number.NEGATIVE_INFINITY

  const looks = events.flatMap((event, index): OracleRead[] => {
    if (event.kind !== 'witness' || saysVisibility(event, event.tab) !== 'visible') return []
    const {tab, line} = event
    if (isLoad(event, tab) || isVisible(tab, index)) return []
    const at = event.at + ALLOWANCES.lookMs
    if (at > footer.at) return []
    const until = events.findIndex((later) => later.at >= at)
    const before = until === -1 ? events.length : until
    const cut = events.some(
      (later, place) =>
        place > index && place < before && (saysVisibility(later, tab) === 'hidden' || isCleared(later, tab)),
    )
    const view = cut ? undefined : standing(tab, before)
    if (view === undefined) return []
    return [{order: before - 0.5, at, line, tab, kind: 'look', view: view.view, isSeen: true}]
  })
  const reads: readonly OracleRead[] = [
    ...views.map((view): OracleRead => ({...view, kind: 'view', isSeen: isVisible(view.tab, view.order)})),
    ...acts.flatMap(({order, at, line, tab}): OracleRead[] => {
      const view = standing(tab, order)?.view
      return view === undefined ? [] : [{order, at, line, tab, kind: 'act', view, isSeen: true}]
    }),
    ...looks,
  ].toSorted((a, b) => a.order - b.order || a.at - b.at)

  const sawAt = (tab: string, id: string) =>
    views.find((view) => view.tab === tab && view.view.some((line) => line.id === id && isThere(line)))?.order
  /** When the tab that sent it learnt that the server has it. */
  const acknowledged = (id: string) => {
    const act = actOf(id)
    if (act === undefined || commitOf(id) === undefined) return undefined
    const order = events.findIndex((event, index) => {
      if (event.kind !== 'witness' || event.tab !== act.tab || index <= act.order) return false
      const said = event.event
      if (said.kind === 'received') return said.messageIds.includes(id)
      return viewIn(event)?.some((line) => line.id === id && isThere(line)) === true
    })
    const event = events[order]
    return event === undefined ? undefined : {order, at: event.at, line: event.line, tab: act.tab}
  }

  const healedAt = Math.max(
    Number.NEGATIVE_INFINITY,
    ...events.flatMap((event) =>
      event.kind === 'fault' && event.event.kind === 'fault-healed' ? [event.event.at] : [],
    ),
  )
  const isFaulty = events.some(
    (event) =>
      event.kind === 'fault' && event.event.kind === 'fault-began' && !hasHealed(events, event.event.faultId),
  )
  /** The tabs whose last view is to be held to what was committed by `dueAt`. */
  const endings = tabs.flatMap((tab) => {
    const settledAt = footer.at - ALLOWANCES.settleMs
    const view = standing(tab, events.length)
    if (view === undefined || isFaulty || healedAt > settledAt || !isVisible(tab, events.length)) return []
    const returned = events.findLastIndex(
      (event, index) =>
        event.kind === 'witness' &&
        saysVisibility(event, tab) === 'visible' &&
        !isVisible(tab, index) &&
        event.at > settledAt,
    )
    const returnedAt = events[returned]?.at
    if (returnedAt !== undefined && loadedAt(tab) < returnedAt) return []
    return [{tab, view: view.view, line: view.line, dueAt: Math.max(settledAt, loadedAt(tab))}]
  })

  return {
    events,
    footer,
    commits,
    commitOf,
    begunAt,
    isKnown,
    charsOf,
    conversationOf,
    parentOf,
    isBelow,
    isThere,
    isWhole,
    lastKnown,
    lacks,
    acts,
    actOf,
    replacedBy,
    tabs,
    personOf,
    views,
    loads,
    told,
    chosen,
    standing,
    reads,
    sawAt,
    acknowledged,
    endings,
  }
}

export type Facts = ReturnType<typeof factsOf>

const tabIn = (event: RecordedEvent): string[] =>
  event.kind === 'witness' || event.kind === 'tab-opened' || event.kind === 'tab-state' ? [event.tab] : []

const openedBy = (events: readonly RecordedEvent[], tab: string): string | undefined =>
  events.flatMap((event) => (event.kind === 'tab-opened' && event.tab === tab ? [event.userId] : []))[0]

const isChoice = (event: RecordedEvent, tab: string): boolean =>
  event.kind === 'witness' && event.tab === tab && event.event.kind === 'branch-chosen'

const viewIn = (event: RecordedEvent): readonly Line[] | null =>
  event.kind === 'witness' && (event.event.kind === 'shown' || event.event.kind === 'reading')
    ? event.event.view
    : null

const saysVisibility = (event: RecordedEvent, tab: string): 'visible' | 'hidden' | null =>
  event.kind === 'witness' && event.tab === tab && event.event.kind === 'lifecycle'
    ? event.event.visibility
    : null

const isLoad = (event: RecordedEvent, tab: string): boolean =>
  event.kind === 'witness' &&
  event.tab === tab &&
  event.event.kind === 'lifecycle' &&
  event.event.event === 'loaded'

const isCleared = (event: RecordedEvent, tab: string): boolean =>
  isLoad(event, tab) ||
  (event.kind === 'tab-state' &&
    event.tab === tab &&
    ['closed', 'discarded', 'crashed'].includes(event.state))

const hasHealed = (events: readonly RecordedEvent[], faultId: number): boolean =>
  events.some(
    (event) =>
      event.kind === 'fault' && event.event.kind === 'fault-healed' && event.event.faultId === faultId,
  )
