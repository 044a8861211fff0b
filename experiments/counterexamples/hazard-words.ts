/** Tells a hazard in sentences: what was done, in the order of time, and what the person was not told. Rules CX5, CX7. */
import type {Hazard} from '../hazards/hazard.ts'
import type {RecordedEvent} from '../history/history-event.ts'
import {faultsOf} from './bands.ts'
import {factsOf, isAct, isView, standingAt} from './facts.ts'
import type {Facts, MessageFacts} from './facts.ts'
import {happeningOf} from './happenings.ts'
import type {HazardExample} from './hazard-example.ts'
import {sayMoment, sayWait, sentence} from './sayings.ts'

export function hazardInWords(example: HazardExample): readonly string[] {
  const facts = factsOf(example.whole)
  const told = citedIn(example, facts)
  return [
    ...(example.hazard === 'draft lost' ? lostDraft(example, facts) : happened(told, facts)),
    ...closingOf(example, told, facts),
    ...faultsOf(example.whole)
      .filter(({from, to}) => from <= (told.at(-1)?.at ?? 0) && to >= (told[0]?.at ?? 0))
      .map(
        ({name, owner, from, to}) =>
          `a fault stood${owner === '*' ? '' : ` for ${owner}`}: ${name}, from ${sayMoment(from, facts)} to ${sayMoment(to, facts)}`,
      ),
  ].map(sentence)
}

/** The lines that the violation cites, in the order of time, and what of them there is to see. */
export function citedIn({hazard, violation, whole}: HazardExample, {lines}: Facts): readonly RecordedEvent[] {
  const cited = violation.lines.flatMap((line) => lines.get(line) ?? [])
  const users = cited.flatMap((event) =>
    event.kind === 'ledger' && event.event.kind === 'asked' ? event.event.userId : [],
  )
  // Whose request it became is known by the tab that this account opened.
  const openings = whole.events.filter((event) => event.kind === 'tab-opened' && users.includes(event.userId))
  const seen =
    hazard === 'draft lost'
      ? cited.filter((event) => event.kind === 'witness')
      : [...cited, ...openings.slice(0, 1)]
  return (seen.length === 0 ? cited : seen).toSorted((a, b) => a.at - b.at || a.line - b.line)
}

function happened(told: readonly RecordedEvent[], facts: Facts): readonly string[] {
  let before: RecordedEvent | null = null
  return told.flatMap((event): string[] => {
    const clause = happeningOf(event, facts)?.clause
    if (clause === undefined) return []
    const when = sayMoment(event.at, facts)
    const said =
      before === null
        ? `${clause} at ${when}`
        : `${sayWait(event.at - before.at)} later, at ${when}, ${clause}`
    before = event
    return [said]
  })
}

/** Its lines say how much stood in the composer before and after; between them is what was done to the tab. */
function lostDraft({violation: {tab, lines}, whole}: HazardExample, facts: Facts): readonly string[] {
  const drafts = lines
    .flatMap((line) => facts.lines.get(line) ?? [])
    .flatMap((event) =>
      event.kind === 'witness' && event.event.kind === 'draft'
        ? [{at: event.at, chars: event.event.chars}]
        : [],
    )
    .toSorted((a, b) => a.at - b.at)
  const [typed, left] = [drafts.find(({chars}) => chars > 0), drafts.at(-1)]
  const closed = whole.events.find(
    (event) => event.kind === 'tab-state' && event.tab === tab && event.state === 'closed',
  )
  return [
    typed === undefined
      ? ''
      : `${tab} held ${typed.chars} characters that were not sent at ${sayMoment(typed.at, facts)}`,
    closed === undefined ? '' : `${tab} was closed at ${sayMoment(closed.at, facts)} and opened again`,
    left === undefined || left === typed
      ? ''
      : `at ${sayMoment(left.at, facts)} its composer ${left.chars === 0 ? 'was empty' : `held ${left.chars}`}`,
  ].filter((each) => each !== '')
}

type Closing = (
  tab: string,
  facts: Facts,
  cited: readonly RecordedEvent[],
  whole: HazardExample['whole'],
) => readonly string[]

/** Of hazards whose sign is a guarantee's the guarantee has its own telling. */
const CLOSINGS: Readonly<Partial<Record<Hazard, Closing>>> = {
  'sent into deleted': (tab, facts, cited) => [
    `${tab} still showed the conversation${upTo(tab, facts, cited)}`,
    ...sentBy(tab, facts, cited).map(fateOf),
  ],
  'sent under an old name': (tab) => [`the heading of ${tab} still had the name from before`],
  'stopped by another tab': (tab, facts, cited, whole) => [
    `${tab} never said that another tab had ended its answer${lastStatus(tab, facts, cited, whole)}`,
  ],
  'answered by the old model': (tab, facts, cited) =>
    sentBy(tab, facts, cited).map(({name}) => `${tab} had not learnt of the choice when it sent ${name}`),
  'draft lost': (tab) => [`what was typed in ${tab} was not there any more`],
  'sent as another account': (tab) => [`the person of ${tab} was not told`],
}

function closingOf(
  {hazard, violation, whole}: HazardExample,
  cited: readonly RecordedEvent[],
  facts: Facts,
): readonly string[] {
  const closing = CLOSINGS[hazard]
  return closing === undefined ? [named(violation.note, facts)] : closing(violation.tab, facts, cited, whole)
}

/** With the short names of messages for their ids. */
function named(note: string, {messages}: Facts): string {
  let said = note
  for (const [id, {name}] of messages) if (id !== '') said = said.replaceAll(id, name)
  return said
}

function upTo(tab: string, facts: Facts, cited: readonly RecordedEvent[]): string {
  const last = cited.at(-1)
  const view = last === undefined ? null : standingAt(facts, tab, last)
  const name = facts.messages.get(view?.event.view.at(-1)?.id ?? '')?.name
  return name === undefined ? '' : `, up to ${name}`
}

function sentBy(tab: string, {messages}: Facts, cited: readonly RecordedEvent[]): readonly MessageFacts[] {
  return cited.flatMap((event) => {
    if (!isAct(event) || event.tab !== tab || event.event.messageId === null) return []
    return messages.get(event.event.messageId) ?? []
  })
}

const fateOf = ({name, committed}: MessageFacts): string =>
  committed === null ? `the server never committed ${name}` : `the server committed ${name} all the same`

function lastStatus(
  tab: string,
  {messages}: Facts,
  cited: readonly RecordedEvent[],
  {events}: HazardExample['whole'],
): string {
  const stopped = cited.findLast((event) => event.kind === 'ledger')
  const id = stopped?.kind === 'ledger' && 'messageId' in stopped.event ? stopped.event.messageId : ''
  const line = events.findLast((event) => isView(event) && event.tab === tab)
  const shown =
    line !== undefined && isView(line) ? line.event.view.find((each) => each.id === id) : undefined
  const name = messages.get(id)?.name
  return shown === undefined || name === undefined ? '' : `: it showed ${name} as ${shown.status}`
}
