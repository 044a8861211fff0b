/**
 * What a space–time diagram of a counter-example shows: lanes, moments, arrows between moments, and stretches of time. Data
 * without a place: `layout.ts` gives it one. All of it is of the whole history; the smallest only chooses. Rule CX6.
 */
import {isBefore} from '../guarantees/operation.ts'
import type {Moment} from '../guarantees/operation.ts'
import type {RecordedEvent} from '../history/history-event.ts'
import {merged, staleSpanOf, statesOf} from './bands.ts'
import type {FaultBand, StaleSpan, StateBand, Stretch} from './bands.ts'
import {deedLabel} from './deeds.ts'
import {isAct, isView, standingAt} from './facts.ts'
import type {Facts, MessageFacts} from './facts.ts'
import {END, Marks, SERVER} from './marks.ts'
import type {Mark} from './marks.ts'
import {idsOfMessages, tabOf} from './matter.ts'
import type {Matter} from './matter.ts'
import type {CounterExample} from './minimise.ts'

export type Arrow = {
  readonly from: Mark
  readonly to: Mark
  /** Null of what is about the whole conversation. */
  readonly message: MessageFacts | null
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
  const marks = new Marks(matter.brokenAt)
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
  const faults = marks.surround(whole, tabs, between)

  const ordered = marks.ordered()
  const opening = ordered[0] ?? matter.brokenAt
  return {
    lanes: lanesOf(tabs).map((name) => ({
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
export const MOST_TABS = 5

export const laneOf = (event: RecordedEvent): string => tabOf(event) || SERVER

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

/** The server stands between the first tab and the others. */
export function lanesOf(tabs: readonly string[]): readonly string[] {
  const [first = SERVER, ...others] = tabs
  return [...new Set([first, SERVER, ...others])]
}

export function endOf(lane: string, opening: Moment, facts: Facts): string | null {
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
