/**
 * What a whole history says of the messages and tabs that a counter-example is about: short names, who wrote what, when
 * each tab first showed it. Telling and drawing take their facts from here, so that they cannot disagree. Rule CX4.
 */
import {windowNamed} from '../checkers/span.ts'
import {isBefore} from '../guarantees/operation.ts'
import type {Moment} from '../guarantees/operation.ts'
import type {History, RecordedEvent} from '../history/history-event.ts'

type WitnessLine = Extract<RecordedEvent, {kind: 'witness'}>
export type ViewLine = WitnessLine & {
  readonly event: Extract<WitnessLine['event'], {kind: 'shown' | 'reading'}>
}
export type ActLine = WitnessLine & {readonly event: Extract<WitnessLine['event'], {kind: 'acted'}>}

export type MessageFacts = {
  readonly id: string
  /** `m1`, `m2` … in the order of commits, then what was never committed as it turned up. */
  name: string
  role: 'user' | 'assistant' | null
  userId: string | null
  conversationId: string | null
  parentId: string | null
  act: ActLine | null
  begun: Moment | null
  committed: Moment | null
  /** When each tab first showed it as being there. */
  readonly shownIn: Map<string, Moment>
}

/** What a tab showed from one moment to the next. Null: it has no page, or one that shows nothing yet. */
export type Standing = Moment & {readonly view: ViewLine | null}

export type Facts = {
  /** Moments are told from here: where the main window opens, or the history begins. */
  readonly zeroAt: number
  readonly messages: ReadonlyMap<string, MessageFacts>
  readonly userOf: ReadonlyMap<string, string>
  readonly standing: ReadonlyMap<string, readonly Standing[]>
  readonly lines: ReadonlyMap<number, RecordedEvent>
}

export function factsOf(history: History): Facts {
  const messages = new Map<string, MessageFacts>()
  const userOf = new Map<string, string>()
  const standing = new Map<string, Standing[]>()
  const about = (id: string): MessageFacts => {
    const known = messages.get(id) ?? newMessage(id)
    messages.set(id, known)
    return known
  }
  for (const event of history.events) {
    if (event.kind === 'tab-opened' && !userOf.has(event.tab)) userOf.set(event.tab, event.userId)
    if (event.kind === 'ledger') noteLedger(event, about)
    if (event.kind === 'witness') noteTestimony(event, about)
    const stands = standingAfter(event)
    if (stands === null || !('tab' in event) || event.tab === null) continue
    const known = standing.get(event.tab)
    if (known === undefined) standing.set(event.tab, [stands])
    else known.push(stands)
  }
  nameAll(messages)
  const zeroAt = windowNamed(history, 'main')?.from ?? history.header.at
  const lines = new Map(history.events.map((event) => [event.line, event]))
  return {zeroAt, messages, userOf, standing, lines}
}

const newMessage = (id: string): MessageFacts => ({
  id,
  name: id,
  role: null,
  userId: null,
  conversationId: null,
  parentId: null,
  act: null,
  begun: null,
  committed: null,
  shownIn: new Map(),
})

type About = (id: string) => MessageFacts

function noteLedger(line: Extract<RecordedEvent, {kind: 'ledger'}>, about: About): void {
  const said = line.event
  if (said.kind !== 'committed' && said.kind !== 'appended') return
  const message = about(said.messageId)
  message.begun ??= momentOf(line)
  if (said.kind !== 'committed' || message.committed !== null) return
  message.committed = momentOf(line)
  message.role = said.role
  message.userId = said.userId
  message.conversationId = said.conversationId
  message.parentId = said.parentId
}

function noteTestimony(line: WitnessLine, about: About): void {
  if (
    isAct(line) &&
    line.event.messageId !== null &&
    (line.event.act === 'sent' || line.event.act === 'edited')
  ) {
    const message = about(line.event.messageId)
    message.act ??= line
    if (message.committed === null) message.parentId = line.event.parentId
  }
  if (!isView(line)) return
  for (const {id, status} of line.event.view) {
    const message = about(id)
    if (
      message.shownIn.has(line.tab) ||
      status === 'sending' ||
      (status === 'failed' && message.act !== null)
    )
      continue
    message.shownIn.set(line.tab, momentOf(line))
  }
}

const WITHOUT_PAGE: ReadonlySet<string> = new Set(['closed', 'discarded', 'crashed'])

/** Null where the event changes nothing of what its tab shows. */
function standingAfter(event: RecordedEvent): Standing | null {
  if (event.kind === 'tab-state' && WITHOUT_PAGE.has(event.state)) return {...momentOf(event), view: null}
  if (event.kind !== 'witness') return null
  if (event.event.kind === 'lifecycle' && event.event.event === 'loaded')
    return {...momentOf(event), view: null}
  return isView(event) ? {...momentOf(event), view: event} : null
}

function nameAll(messages: ReadonlyMap<string, MessageFacts>): void {
  const all = [...messages.values()]
  const committed = all
    .filter((message) => message.committed !== null)
    .toSorted((a, b) => (a.committed && b.committed && isBefore(a.committed, b.committed) ? -1 : 1))
  const others = all.filter((message) => message.committed === null)
  for (const [index, message] of [...committed, ...others].entries()) message.name = `m${index + 1}`
}

export const momentOf = ({at, line}: Moment): Moment => ({at, line})

export const isView = (event: RecordedEvent): event is ViewLine =>
  event.kind === 'witness' && (event.event.kind === 'shown' || event.event.kind === 'reading')

export const isAct = (event: RecordedEvent): event is ActLine =>
  event.kind === 'witness' && event.event.kind === 'acted'

/** The view that stands in a tab at a moment, its own view included. */
export function standingAt({standing}: Facts, tab: string, moment: Moment): ViewLine | null {
  return standing.get(tab)?.findLast((each) => !isBefore(moment, each))?.view ?? null
}

/** Whether the first stands above the second. No message stands above itself. */
export function isAbove({messages}: Facts, above: string, below: string): boolean {
  let at = messages.get(below)?.parentId ?? null
  for (let steps = 0; at !== null && steps <= messages.size; steps += 1) {
    if (at === above) return true
    at = messages.get(at)?.parentId ?? null
  }
  return false
}
