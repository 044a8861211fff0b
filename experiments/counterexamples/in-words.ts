/** Tells a counter-example in sentences. Each guarantee has its own telling; all facts come from the whole history. Rule CX5. */
import type {GuaranteeName} from '../guarantees/guarantee.ts'
import {isBefore} from '../guarantees/operation.ts'
import type {Moment} from '../guarantees/operation.ts'
import {bandAt, faultsOf, staleSpanOf, statesOf} from './bands.ts'
import {factsOf} from './facts.ts'
import type {Facts, MessageFacts} from './facts.ts'
import {matterOf} from './matter.ts'
import type {Matter} from './matter.ts'
import type {CounterExample} from './minimise.ts'
import {sayMoment, sayWait, sentence} from './sayings.ts'
import {TELLINGS} from './tellings.ts'

/** A few sentences, in the order of time as far as they can be. */
export function inWords(counterExample: CounterExample): readonly string[] {
  const facts = factsOf(counterExample.whole)
  const matter = matterOf(counterExample, facts)
  const told = TELLINGS[matter.guarantee](matter, facts, counterExample)
  return [...told, ...circumstances(matter, facts, counterExample), ...aftermath(matter, facts)]
    .filter((each) => each !== '')
    .map(sentence)
}

/** What the tab was, and what stood against it, when it ought to have learnt of the message. */
function circumstances(
  {missed, tab, brokenAt}: Matter,
  facts: Facts,
  {whole}: CounterExample,
): readonly string[] {
  const from = missed?.committed?.at
  if (missed === null || from === undefined || from > brokenAt.at) return []
  const state = bandAt(statesOf(whole, tab), from)
  const isTold =
    state !== null && state.state !== 'visible' && staleSpanOf(missed, tab, facts, whole) !== null
  const faults = faultsOf(whole).filter((fault) => fault.from <= brokenAt.at && fault.to >= from)
  return [
    isTold ? `${tab} was ${state.state} when ${missed.name} was committed` : '',
    ...faults.map(
      ({name, owner, from: began, to}) =>
        `a fault stood${owner === '*' ? '' : ` for ${owner}`}: ${name}, from ${sayMoment(began, facts)} to ${sayMoment(to, facts)}`,
    ),
  ]
}

/** Of the others a message that is not shown again is the rule and not the harm. */
const READING: ReadonlySet<GuaranteeName> = new Set([
  'nothingLost',
  'monotonicReads',
  'readYourWrites',
  'monotonicReadsOfPerson',
  'readYourWritesOfPerson',
  'boundedStaleness',
])
const ABOUT_VIEWS: ReadonlySet<GuaranteeName> = new Set(['noDuplicate', 'inOrder', 'timelyVisibility'])

/** When the tab showed at last what it had lacked. */
function aftermath({missed, tab, brokenAt, guarantee}: Matter, facts: Facts): readonly string[] {
  if (missed === null || ABOUT_VIEWS.has(guarantee)) return []
  const shown = missed.shownIn.get(tab)
  if (shown === undefined)
    return [`${tab} never showed ${missed.name}${missed.act?.tab === tab ? ' as accepted' : ''}`]
  if (shown.at > brokenAt.at)
    return [
      `${tab} showed ${missed.name} only at ${sayMoment(shown.at, facts)}, ${sayWait(shown.at - brokenAt.at)} later`,
    ]
  return READING.has(guarantee) ? [returned(missed, tab, brokenAt, facts)] : []
}

function returned(
  {id, name}: MessageFacts,
  tab: string,
  broken: Moment,
  {standing, ...facts}: Facts,
): string {
  const back = (standing.get(tab) ?? []).find(
    (each) => isBefore(broken, each) && each.view?.event.view.some((line) => line.id === id),
  )
  return back === undefined
    ? `${name} was not in ${tab} again`
    : `${name} was in ${tab} again at ${sayMoment(back.at, facts)}`
}
