/**
 * What a space–time diagram of a counter-example shows: lanes, moments, arrows between moments, and stretches of time. Data
 * without a place: `layout.ts` gives it one. All of it is of the whole history; the smallest only chooses. Rule CX6.
 */
import {isBefore} from '../guarantees/operation.ts'
import type {Moment} from '../guarantees/operation.ts'
import type {RecordedEvent} from '../history/history-event.ts'
import {faultsOf, merged, staleSpanOf, statesOf} from './bands.ts'
import type {FaultBand, StaleSpan, StateBand, Stretch} from './bands.ts'
import {deedLabel} from './deeds.ts'
import {isAct, isView, momentOf, standingAt} from './facts.ts'
import type {Facts, MessageFacts} from './facts.ts'
import {idsOfMessages, tabOf} from './matter.ts'
import type {Matter} from './matter.ts'
import type {CounterExample} from './minimise.ts'

/** No tab has this name: tabs are named by a letter and a number. */
export const SERVER = 'server'
/** Says of a moment that the history ended. */
export const END = 'end'

/** `broken`: here the guarantee was. */
export type Mark = Moment & {readonly lane: string; readonly label: string; readonly broken: boolean}

export type Arrow = {
  readonly from: Mark
  readonly to: Mark
  readonly message: MessageFacts
  readonly kind: 'send' | 'show'
  /** Shown only after the guarantee had been broken. */
  readonly isLate: boolean
}

export type Lane = {
  readonly name: string
  /** The last message that stands there when the picture begins. */
  readonly endsAt: string | null
  readonly states: readonly StateBand[]
  readonly stale: readonly (Stretch & {readonly names: readonly string[]})[]
}

export type Picture = {
  readonly lanes: readonly Lane[]
  /** In the order of time. */
  readonly marks: readonly Mark[]
  readonly arrows: readonly Arrow[]
  readonly faults: readonly FaultBand[]
  /** Committed, and never shown where it ought to have been. */
  readonly never: readonly {readonly from: Mark; readonly lane: string}[]
}

export function pictureOf(counterExample: CounterExample, facts: Facts, matter: Matter): Picture {
  const {whole} = counterExample
  const focus = focusOf(counterExample, facts, matter)
  const tabs = tabsOf(counterExample, focus, facts, matter)
  const marks = new Marks(matter)
  const arrows: Arrow[] = []
  const never: {from: Mark; lane: string}[] = []
  const isBetweenTabs = matter.guarantee === 'convergence'

  for (const message of focus) {
    const {act, begun, committed, shownIn, name} = message
    const sent = act === null ? null : marks.at(act, act.tab, deedLabel(act, facts))
    if (committed === null) continue
    const isBegunFirst = begun !== null && counterExample.violation.lines.includes(begun.line)
    if (begun !== null && isBegunFirst && begun.line !== committed.line)
      marks.at(begun, SERVER, `begins ${name}`)
    const written = marks.at(committed, SERVER, `commits ${name}`)
    if (sent !== null)
      arrows.push({
        from: sent,
        to: written,
        message,
        kind: 'send',
        isLate: isBefore(matter.brokenAt, written),
      })
    for (const tab of tabs) {
      const first = shownIn.get(tab)
      const isOwed = staleSpanOf(message, tab, facts, whole) !== null
      if (first === undefined && isOwed && (tab === matter.tab || isBetweenTabs))
        never.push({from: written, lane: tab})
      if (first === undefined || isBefore(first, committed)) continue
      const shown = marks.at(first, tab, `shows ${name}`)
      const isLate = message === matter.missed && isBefore(matter.brokenAt, first)
      arrows.push({from: written, to: shown, message, kind: 'show', isLate})
    }
  }
  if (matter.knownAt !== null) marks.at(matter.knownAt, laneOf(matter.knownAt), knownLabel(matter))
  marks.at(matter.brokenAt, laneOf(matter.brokenAt), brokenLabel(matter, facts))
  const between = marks.between()
  const spans = tabs.flatMap((tab) =>
    focus.flatMap((message) => {
      const span = staleSpanOf(message, tab, facts, whole)
      return span === null ? [] : [{tab, span}]
    }),
  )
  if (isToTheEnd(counterExample, matter) || spans.some(({span}) => span.ends === 'over'))
    marks.at({at: whole.footer.at, line: Number.MAX_SAFE_INTEGER}, SERVER, END)
  for (const tab of tabs)
    for (const band of statesOf(whole, tab).slice(1)) if (isIn(band.from, between)) marks.turn(band, tab)
  const faults = faultsOf(whole).filter(({from, to}) => from <= between.to && to >= between.from)
  for (const fault of faults) {
    const lane = tabs.includes(fault.owner) ? fault.owner : SERVER
    marks.at({at: fault.from, line: 0}, lane, `fault: ${fault.name}`)
    if (fault.to < whole.footer.at) marks.at({at: fault.to, line: 0}, lane, `${fault.name} heals`)
  }

  const ordered = marks.ordered()
  const opening = ordered[0] ?? matter.brokenAt
  const [first = SERVER, ...others] = tabs
  const lanes = [first, SERVER, ...others].filter((name, index, all) => all.indexOf(name) === index)
  return {
    lanes: lanes.map((name) => ({
      name,
      endsAt: endOf(name, opening, facts),
      states: name === SERVER ? [] : statesOf(whole, name),
      stale: named(spans.filter(({tab}) => tab === name).map(({span}) => span)),
    })),
    marks: ordered,
    arrows: arrows.map((arrow) => ({...arrow, from: marks.now(arrow.from), to: marks.now(arrow.to)})),
    faults,
    never: never.map(({from, lane}) => ({from: marks.now(from), lane})),
  }
}

/** One mark for a line of the history: what is said of it twice is joined. */
class Marks {
  readonly #byKey = new Map<string, Mark>()
  readonly #brokenLine: number

  constructor({brokenAt}: Matter) {
    this.#brokenLine = brokenAt.line
  }

  at(moment: Moment, lane: string, label: string): Mark {
    const key = keyOf(moment, lane)
    const known = this.#byKey.get(key)
    const broken = moment.line === this.#brokenLine
    const mark = {...momentOf(moment), lane, label: joinedLabels(known?.label, label), broken}
    this.#byKey.set(key, mark)
    return mark
  }

  /** A turn of a tab's state that another mark of the lane says already is not said again. */
  turn({from, state}: StateBand, lane: string): void {
    const isSaid = [...this.#byKey.values()].some(
      (mark) => mark.lane === lane && Math.abs(mark.at - from) < TURN_MS,
    )
    if (!isSaid) this.at({at: from, line: 0}, lane, `is ${state}`)
  }

  now(mark: Mark): Mark {
    return this.#byKey.get(keyOf(mark, mark.lane)) ?? mark
  }

  between(): Stretch {
    const all = [...this.#byKey.values()].map(({at}) => at)
    return {from: Math.min(...all), to: Math.max(...all)}
  }

  ordered(): readonly Mark[] {
    return [...this.#byKey.values()].toSorted((a, b) => a.at - b.at || a.line - b.line)
  }
}

const TURN_MS = 60

const keyOf = ({at, line}: Moment, lane: string): string => `${lane} ${line === 0 ? at : line}`

/** `shows m3` and `shows m4` become `shows m3, m4`; what is said last replaces what says less. */
function joinedLabels(known: string | undefined, label: string): string {
  if (known === undefined || known === label) return label
  const [verb, ...rest] = label.split(' ')
  if (verb === 'shows' && known.startsWith('shows '))
    return known.includes(rest.join(' ')) ? known : `${known}, ${rest.join(' ')}`
  return label.startsWith('shows ') ? known : label
}

function focusOf(
  {guarantee, smallest}: CounterExample,
  facts: Facts,
  {missed, wrong}: Matter,
): readonly MessageFacts[] {
  const all = idsOfMessages(smallest.events, facts)
  const named = all.filter((message) => message === missed || message === wrong)
  return named.length === 0 || guarantee === 'timelyVisibility' ? all.slice(-MOST_MESSAGES) : named
}
const MOST_MESSAGES = 6

function tabsOf(
  {smallest}: CounterExample,
  focus: readonly MessageFacts[],
  {userOf}: Facts,
  {tab, knownAt}: Matter,
): readonly string[] {
  const tabs = new Set(focus.flatMap(({act}) => act?.tab ?? []))
  for (const event of smallest.events) if (event.kind === 'witness') tabs.add(event.tab)
  for (const name of [tab, knownAt === null ? '' : tabOf(knownAt)]) if (name !== '') tabs.add(name)
  if (tabs.size === 0) for (const name of userOf.keys()) tabs.add(name)
  return [...tabs].toSorted().slice(0, MOST_TABS)
}
const MOST_TABS = 5

const laneOf = (event: RecordedEvent): string => tabOf(event) || SERVER

function knownLabel({guarantee, knownAt, missed, wrong}: Matter): string {
  if (guarantee === 'convergence') return sideLabel(missed, wrong)
  const name = (missed ?? wrong)?.name ?? ''
  if (knownAt === null) return ''
  if (isView(knownAt)) return `shows ${name}`
  if (isAct(knownAt)) return `acts: ${name} in sight`
  return knownAt.kind === 'ledger' ? `commits ${name}` : `has ${name}`
}

function brokenLabel({guarantee, brokenAt, missed, wrong, view}: Matter, facts: Facts): string {
  const name = missed?.name ?? ''
  if (isAct(brokenAt)) return `${deedLabel(brokenAt, facts)}${missed === null ? '' : `, not ${name}`}`
  if (brokenAt.kind === 'ledger' && guarantee === 'timelyVisibility' && 'messageId' in brokenAt.event)
    return `${facts.messages.get(brokenAt.event.messageId)?.name ?? name} is late`
  if (brokenAt.kind === 'ledger') return brokenAtServer(guarantee, name, wrong?.name ?? '')
  if (guarantee === 'convergence') return sideLabel(wrong, missed)
  const isMissed = missed !== null && !(view?.event.view.some(({id}) => id === missed.id) ?? false)
  if (!isView(brokenAt)) return `seen: no ${name}`
  if (isMissed) return `shows no ${name}`
  if (guarantee === 'inOrder') return `${wrong?.name ?? ''} before ${name}`
  if (guarantee === 'noDuplicate') return `${wrong?.name ?? ''} twice`
  if (guarantee === 'noPhantom') return `shows ${wrong?.name ?? ''}`
  return `shows less of ${wrong?.name ?? name}`
}

/** Of one of the two tabs that do not converge. */
function sideLabel(own: MessageFacts | null, others: MessageFacts | null): string {
  if (own === others) return `its text of ${own?.name ?? ''}`
  return own === null ? `shows no ${others?.name ?? ''}` : `shows ${own.name}`
}

function brokenAtServer(guarantee: Matter['guarantee'], missed: string, wrong: string): string {
  if (guarantee === 'noSilentFork') return `${wrong} beside ${missed}`
  if (guarantee === 'noLostUpdate') return `${wrong} in place of ${missed}`
  if (guarantee === 'noDuplicate')
    return wrong === '' || wrong === missed ? `${missed} again` : `${wrong}: ${missed} again`
  return `commits ${wrong || missed}`
}

const TO_THE_END: ReadonlySet<Matter['guarantee']> = new Set(['nothingLost', 'convergence', 'noLostUpdate'])
const isToTheEnd = ({guarantee}: CounterExample, {brokenAt}: Matter): boolean =>
  TO_THE_END.has(guarantee) && brokenAt.line > 0

const isIn = (at: number, {from, to}: Stretch): boolean => at >= from && at <= to

function endOf(lane: string, opening: Moment, facts: Facts): string | null {
  const view = lane === SERVER ? null : standingAt(facts, lane, opening)
  return facts.messages.get(view?.event.view.at(-1)?.id ?? '')?.name ?? null
}

const named = (spans: readonly StaleSpan[]): Lane['stale'] =>
  merged(spans).map(({from, to}) => ({
    from,
    to,
    names: [
      ...new Set(spans.filter((span) => span.from <= to && span.to >= from).map(({message}) => message.name)),
    ],
  }))
