/**
 * The one place that knows how a history is stored: takes its events one by one, in the order of the file or of time, and
 * keeps what consistency is about. What the events said is not kept, so a long history costs little memory. Rules SG1, SG6.
 */
import type {LedgerEvent} from '#protocol/ledger-event.ts'
import type {WitnessEvent} from '#protocol/witness-event.ts'
import type {RecordedEvent} from '../history/history-event.ts'
import {ALLOWANCES} from './defaults.ts'
import {isActName, isBefore} from './operation.ts'
import type {Act, Entry, Message, Moment, Tab, View} from './operation.ts'

type Writable<T> = {-readonly [K in keyof T]: T[K]}
export type Draft = Writable<Message>
export type DraftTab = Writable<Omit<Tab, 'saw'>> & {saw: Map<Message, Moment>}

/** What was read, not yet in the order of time. */
export type RawOperation =
  | Writable<View>
  | Writable<Act>
  | (Moment & {
      readonly kind: 'page'
      readonly tab: Tab
      readonly isLoad: boolean
      readonly isVisible: boolean
    })
  | (Moment & {readonly kind: 'gone'; readonly tab: Tab})
  | (Moment & {readonly kind: 'told'; readonly tab: Tab})
  | (Moment & {readonly kind: 'choice'; readonly tab: Tab; readonly message: Message})

export type Read = {
  readonly operations: RawOperation[]
  readonly messages: readonly Draft[]
  readonly tabs: readonly DraftTab[]
  /** The first that the page of the act's own tab had in hand of a message. */
  readonly received: ReadonlyMap<Message, Moment>
  readonly standingFaults: number
  readonly lastHealAt: number
}

export type OutOfOrder = {readonly line: number; readonly why: string}

/** How a page's notice says to its person that the conversation is not what the tab shows. */
const CHANGED_ELSEWHERE = /changed in another tab/i

const WITHOUT_PAGE: ReadonlySet<string> = new Set(['closed', 'discarded', 'crashed'])

export class OperationReader {
  readonly #operations: RawOperation[] = []
  readonly #messages: Draft[] = []
  readonly #byId = new Map<string, Draft>()
  readonly #roots = new Map<string, Draft>()
  readonly #tabs = new Map<string, DraftTab>()
  readonly #lastEntries = new Map<Tab, readonly Entry[]>()
  readonly #received = new Map<Message, Moment>()
  readonly #standing = new Set<number>()
  readonly #healed = new Set<number>()
  readonly #books = new Map<string, Moment>()
  #lastHealAt = Number.NEGATIVE_INFINITY
  #earliest: Moment | null = null
  #latest: Moment | null = null
  #outOfOrder: OutOfOrder | null = null

  add(event: RecordedEvent): void {
    switch (event.kind) {
      case 'ledger':
        return this.#addLedger(event.event, event)
      case 'witness':
        return this.#addWitness(this.#tab(event.tab), event.event, event)
      case 'tab-opened': {
        const tab = this.#tab(event.tab)
        if (tab.personId === unknownPerson(tab.name)) tab.personId = event.userId
        return
      }
      case 'tab-state':
        if (WITHOUT_PAGE.has(event.state))
          this.#operations.push({kind: 'gone', at: event.at, line: event.line, tab: this.#tab(event.tab)})
        return
      case 'fault':
        return this.#addFault(event.event)
      default:
        return
    }
  }

  /** The first line that contradicts the order of its own book or lies outside the history; null where all is in order. */
  outOfOrder(from: number, until: number): OutOfOrder | null {
    const outside = [this.#earliest, this.#latest].flatMap((moment): OutOfOrder[] => {
      if (moment === null) return []
      const {at, line} = moment
      if (at < from - ALLOWANCES.orderMs) return [{line, why: 'it is older than the history'}]
      return at > until + ALLOWANCES.orderMs ? [{line, why: 'it is newer than the end of the history'}] : []
    })
    const found = [...outside, ...(this.#outOfOrder === null ? [] : [this.#outOfOrder])]
    return found.toSorted((a, b) => a.line - b.line)[0] ?? null
  }

  done(): Read {
    return {
      operations: this.#operations,
      messages: this.#messages,
      tabs: [...this.#tabs.values()],
      received: this.#received,
      standingFaults: this.#standing.size,
      lastHealAt: this.#lastHealAt,
    }
  }

  #addLedger(said: LedgerEvent, {at, line}: Moment): void {
    if (said.kind !== 'committed' && said.kind !== 'appended') return
    const message = this.#message(said.messageId)
    const moment = {at, line}
    if (message.begun === null || isBefore(moment, message.begun)) message.begun = moment
    if (said.kind === 'appended') {
      message.conversationId ??= said.conversationId
      if (message.committed === null) message.chars = Math.max(message.chars, said.chars)
      return
    }
    this.#watchOrder('the ledger', 'a commit', moment)
    if (message.committed !== null) {
      message.committedAgain ??= line
      return
    }
    message.committed = moment
    message.conversationId = said.conversationId
    message.personId = said.userId
    message.role = said.role
    message.chars = said.chars
    message.textHash = said.textHash
    message.parent = said.parentId === null ? this.#rootOf(said.conversationId) : this.#message(said.parentId)
  }

  #addWitness(tab: DraftTab, said: WitnessEvent, {at, line}: Moment): void {
    switch (said.kind) {
      case 'shown':
      case 'reading':
        this.#watchOrder(tab.name, 'a view', {at, line})
        this.#operations.push({
          kind: 'view',
          at,
          line,
          tab,
          entries: this.#entries(tab, said.view),
          isSeen: true,
          changedFrom: 0,
          last: null,
        })
        return
      case 'acted':
        return this.#addAct(tab, said, {at, line})
      case 'received':
        for (const id of said.messageIds) this.#noteReceived(tab, id, {at, line})
        return
      case 'lifecycle':
        this.#operations.push({
          kind: 'page',
          at,
          line,
          tab,
          isLoad: said.event === 'loaded',
          isVisible: said.visibility === 'visible',
        })
        return
      case 'branch-chosen':
        this.#operations.push({kind: 'choice', at, line, tab, message: this.#message(said.messageId)})
        return
      case 'notice':
        if (said.text !== null && CHANGED_ELSEWHERE.test(said.text))
          this.#operations.push({kind: 'told', at, line, tab})
        return
      default:
        return
    }
  }

  #addAct(tab: Tab, said: Extract<WitnessEvent, {kind: 'acted'}>, moment: Moment): void {
    if (!isActName(said.act)) return
    const named = said.act === 'sent' || said.act === 'edited' ? said.messageId : null
    const message = named === null ? null : this.#message(named)
    const parent = said.parentId === null ? null : this.#message(said.parentId)
    const act: Act = {kind: 'act', ...moment, tab, act: said.act, message, parent, view: null}
    this.#operations.push(act)
    if (message !== null && (message.act === null || isBefore(act, message.act))) message.act = act
  }

  #noteReceived(tab: Tab, id: string, moment: Moment): void {
    const message = this.#byId.get(id)
    if (message?.act?.tab !== tab || isBefore(moment, message.act)) return
    const known = this.#received.get(message)
    if (known === undefined || isBefore(moment, known)) this.#received.set(message, moment)
  }

  #addFault(said: Extract<RecordedEvent, {kind: 'fault'}>['event']): void {
    if (said.kind === 'fault-began' && !this.#healed.has(said.faultId)) this.#standing.add(said.faultId)
    if (said.kind !== 'fault-healed') return
    this.#healed.add(said.faultId)
    this.#standing.delete(said.faultId)
    this.#lastHealAt = Math.max(this.#lastHealAt, said.at)
  }

  /** Lines that did not change stay the objects they were. */
  #entries(tab: Tab, view: readonly Shown[]): readonly Entry[] {
    const before = this.#lastEntries.get(tab) ?? []
    const entries = view.map((line, index): Entry => {
      const old = before[index]
      const isOld = old !== undefined && old.message.id === line.id
      const textHash = line.textHash ?? null
      if (isOld && old.chars === line.chars && old.status === line.status && old.textHash === textHash)
        return old
      const message = isOld ? old.message : this.#message(line.id)
      return {message, chars: line.chars, status: line.status, textHash}
    })
    this.#lastEntries.set(tab, entries)
    return entries
  }

  /** A book is written in the order of its own clock, whichever way its lines come here. */
  #watchOrder(book: string, what: string, moment: Moment): void {
    const last = this.#books.get(`${book} ${what}`)
    this.#books.set(`${book} ${what}`, moment)
    if (this.#earliest === null || moment.at < this.#earliest.at) this.#earliest = moment
    if (this.#latest === null || moment.at > this.#latest.at) this.#latest = moment
    if (last === undefined) return
    const [first, second] = last.line < moment.line ? [last, moment] : [moment, last]
    if (second.at >= first.at - ALLOWANCES.orderMs) return
    if (this.#outOfOrder !== null && this.#outOfOrder.line <= second.line) return
    this.#outOfOrder = {line: second.line, why: `${what} of ${book} is older than the one before it`}
  }

  #tab(name: string): DraftTab {
    const known = this.#tabs.get(name)
    if (known !== undefined) return known
    const tab = {name, personId: unknownPerson(name), saw: new Map()}
    this.#tabs.set(name, tab)
    return tab
  }

  #message(id: string): Draft {
    const known = this.#byId.get(id)
    if (known !== undefined) return known
    const message = this.#draft(id)
    this.#byId.set(id, message)
    return message
  }

  #rootOf(conversationId: string): Draft {
    const known = this.#roots.get(conversationId)
    if (known !== undefined) return known
    const root = {...this.#draft(''), conversationId}
    this.#messages[root.index] = root
    this.#roots.set(conversationId, root)
    return root
  }

  #draft(id: string): Draft {
    const message: Draft = {
      id,
      index: this.#messages.length,
      conversationId: null,
      personId: null,
      role: null,
      parent: null,
      chars: 0,
      textHash: '',
      begun: null,
      committed: null,
      committedAgain: null,
      act: null,
    }
    this.#messages.push(message)
    return message
  }
}

type Shown = {
  readonly id: string
  readonly chars: number
  readonly status: string
  readonly textHash?: string
}

/** A tab that was never opened belongs to nobody else. */
const unknownPerson = (tab: string): string => `whoever has ${tab}`
