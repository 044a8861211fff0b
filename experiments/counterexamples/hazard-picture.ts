/**
 * What a space–time diagram of a hazard shows whose sign is no guarantee's: what its lines say that happened, the acts they
 * follow from, and the messages they name on their way. Rules CX6, CX7.
 */
import type {LedgerEvent} from '#protocol/ledger-event.ts'
import {isBefore} from '../guarantees/operation.ts'
import type {Hazard} from '../hazards/hazard.ts'
import type {RecordedEvent} from '../history/history-event.ts'
import {statesOf} from './bands.ts'
import {deedLabel} from './deeds.ts'
import {isAct} from './facts.ts'
import type {ActLine, Facts, MessageFacts} from './facts.ts'
import {actBefore, happeningOf} from './happenings.ts'
import type {HazardExample} from './hazard-example.ts'
import {citedIn} from './hazard-words.ts'
import {Marks, SERVER} from './marks.ts'
import {MOST_TABS, endOf, lanesOf} from './picture.ts'
import type {Arrow, Lane, Picture} from './picture.ts'

/** What the server's book has, and the person's act that it follows from. */
const FOLLOWS = {
  deleted: 'deleted',
  renamed: 'renamed',
  'model-chosen': 'model-chosen',
  stopped: 'stopped',
  asked: 'sent',
} as const satisfies Partial<Record<LedgerEvent['kind'], ActLine['event']['act']>>
type Following = keyof typeof FOLLOWS
/** What the stale tab goes without. */
const WITHOUT: Readonly<Partial<Record<Following, string>>> = {
  deleted: 'the deletion',
  renamed: 'the new name',
  'model-chosen': 'the choice',
}

const SHOWS_STALE: ReadonlySet<Hazard> = new Set([
  'sent into deleted',
  'sent under an old name',
  'answered by the old model',
])

export function pictureOfHazard(example: HazardExample, facts: Facts): Picture {
  const {whole, violation} = example
  const cited = citedIn(example, facts)
  const brokenAt = brokenIn(example, cited, facts)
  const marks = new Marks(brokenAt)
  const arrows: Arrow[] = []

  for (const event of cited) {
    const happening = happeningOf(event, facts)
    if (happening === null) continue
    const mark = marks.at(event, happening.lane, happening.label)
    const following = followingIn(event)
    const act = following === null ? null : actBefore(event, FOLLOWS[following], facts)
    if (act === null) continue
    const deed = marks.at(act, act.tab, deedLabel(act, facts))
    arrows.push({from: deed, to: mark, message: null, kind: 'send', isLate: false})
  }
  for (const message of namedIn(cited, facts)) {
    const {act, committed, name, shownIn} = message
    if (committed === null) continue
    const written = marks.at(committed, SERVER, `commits ${name}`)
    const isLate = isBefore(brokenAt, committed)
    if (act !== null)
      arrows.push({
        from: marks.at(act, act.tab, deedLabel(act, facts)),
        to: written,
        message,
        kind: 'send',
        isLate,
      })
    const shown = act === null ? undefined : shownIn.get(act.tab)
    if (shown !== undefined && act !== null && !isBefore(shown, committed))
      arrows.push({
        from: written,
        to: marks.at(shown, act.tab, `shows ${name}`),
        message,
        kind: 'show',
        isLate,
      })
  }

  const tabs = tabsOf(cited, arrows, violation.tab)
  const faults = marks.surround(whole, tabs, marks.between())
  const ordered = marks.ordered()
  const opening = ordered[0] ?? brokenAt
  return {
    lanes: lanesOf(tabs).map((name) => ({
      name,
      endsAt: endOf(name, opening, facts),
      states: name === SERVER ? [] : statesOf(whole, name),
      stale: name === violation.tab ? staleIn(example, cited, brokenAt) : [],
    })),
    marks: ordered,
    arrows: arrows.map((arrow) => ({...arrow, from: marks.now(arrow.from), to: marks.now(arrow.to)})),
    faults,
    never: [],
  }
}

/** The last line that is cited, as of guarantees; of a draft the composer in which it is not any more. */
function brokenIn(
  {hazard, violation}: HazardExample,
  cited: readonly RecordedEvent[],
  {lines}: Facts,
): RecordedEvent {
  const draft = cited.findLast((event) => event.kind === 'witness' && event.event.kind === 'draft')
  const last = lines.get(violation.lines.at(-1) ?? 0) ?? cited.at(-1)
  const broken = hazard === 'draft lost' ? (draft ?? last) : last
  if (broken === undefined) throw new TypeError('a violation that no line proves')
  return broken
}

function followingIn(event: RecordedEvent): Following | null {
  if (event.kind !== 'ledger') return null
  const {kind} = event.event
  return kind in FOLLOWS ? (kind as Following) : null
}

/** Messages that the cited acts and commits are about. */
function namedIn(cited: readonly RecordedEvent[], {messages}: Facts): readonly MessageFacts[] {
  const ids = cited.flatMap((event) => {
    if (isAct(event)) return event.event.messageId ?? []
    return event.kind === 'ledger' && event.event.kind === 'committed' ? event.event.messageId : []
  })
  return [...new Set(ids)].flatMap((id) => messages.get(id) ?? [])
}

function tabsOf(cited: readonly RecordedEvent[], arrows: readonly Arrow[], tab: string): readonly string[] {
  const named = [
    tab,
    ...cited.flatMap((event) => ('tab' in event ? (event.tab ?? []) : [])),
    ...arrows.flatMap(({from, to}) => [from.lane, to.lane]),
  ]
  return [...new Set(named)]
    .filter((name) => name !== '' && name !== SERVER)
    .toSorted()
    .slice(0, MOST_TABS)
}

function staleIn(
  {hazard}: HazardExample,
  cited: readonly RecordedEvent[],
  brokenAt: RecordedEvent,
): Lane['stale'] {
  if (!SHOWS_STALE.has(hazard)) return []
  return cited.flatMap((event) => {
    const following = followingIn(event)
    const name = following === null ? undefined : WITHOUT[following]
    return name === undefined || event.at >= brokenAt.at
      ? []
      : [{from: event.at, to: brokenAt.at, names: [name]}]
  })
}
