/**
 * What persons tried to do to a conversation, and what became of it: a hazard is only ruled out where that is known.
 * Rule HZ1.
 */
import type {LedgerEvent} from '#protocol/ledger-event.ts'
import type {WitnessEvent} from '#protocol/witness-event.ts'
import type {History, RecordedEvent} from '../history/history-event.ts'

export type LedgerLine<K extends LedgerEvent['kind']> = Extract<RecordedEvent, {kind: 'ledger'}> & {
  readonly event: Extract<LedgerEvent, {kind: K}>
}
export type WitnessLine<K extends WitnessEvent['kind']> = Extract<RecordedEvent, {kind: 'witness'}> & {
  readonly event: Extract<WitnessEvent, {kind: K}>
}
type StepLine = Extract<RecordedEvent, {kind: 'step'}>

/** A history that does not say what a sign needs is no proof that nothing happened. */
export class CannotTell extends Error {
  override readonly name = 'CannotTell'
}

export const ledgerLines = <K extends LedgerEvent['kind']>({events}: History, kind: K): LedgerLine<K>[] =>
  events.filter((event): event is LedgerLine<K> => event.kind === 'ledger' && event.event.kind === kind)

export const witnessLines = <K extends WitnessEvent['kind']>({events}: History, kind: K): WitnessLine<K>[] =>
  events.filter((event): event is WitnessLine<K> => event.kind === 'witness' && event.event.kind === kind)

const TRIES = ['send', 'edit', 'regenerate'] as const
export type Try = (typeof TRIES)[number]

const ACT_OF = {send: 'sent', edit: 'edited', regenerate: 'regenerated'} as const satisfies Record<
  Try,
  WitnessLine<'acted'>['event']['act']
>

/** A person's hand; `act` is what the page said of it, null where it sent nothing. */
export type Attempt = {
  readonly what: Try
  readonly tab: string
  readonly at: number
  readonly line: number
  readonly act: WitnessLine<'acted'> | null
}

/**
 * In the order of time. What the page did not offer to do was not tried. What is sent once the person was told of a change
 * and has decided is not what they first tried.
 */
export function attemptsIn(history: History): readonly Attempt[] {
  const acts = witnessLines(history, 'acted')
  const begun = history.events.filter(
    (event): event is StepLine => event.kind === 'step' && event.phase === 'began',
  )
  const unmet = new Set(
    history.events.flatMap((event) => (event.kind === 'step' && event.outcome !== 'ok' ? [event.index] : [])),
  )
  const tried = begun.flatMap((step) => {
    if (unmet.has(step.index)) return []
    if (step.do === 'send-together') return togetherIn(step, acts)
    const what = TRIES.find((name) => name === step.do)
    return what === undefined || step.tab === null
      ? []
      : [{what, tab: step.tab, at: step.at, line: step.line}]
  })
  return tried.map((attempt, index) => {
    const next = tried.slice(index + 1).find(({tab}) => tab === attempt.tab)
    const decided = begun.find(
      ({do: what, tab, at}) => what === 'decide' && tab === attempt.tab && at > attempt.at,
    )
    const until = Math.min(next?.at ?? Number.POSITIVE_INFINITY, decided?.at ?? Number.POSITIVE_INFINITY)
    const act = acts.find(
      ({tab, at, event}) =>
        tab === attempt.tab && event.act === ACT_OF[attempt.what] && at >= attempt.at && at < until,
    )
    return {...attempt, act: act ?? null}
  })
}

/** Of several that press the key at once the step does not name the tabs: who has acted since had its hand in it. */
function togetherIn({at, line}: StepLine, acts: readonly WitnessLine<'acted'>[]): Omit<Attempt, 'act'>[] {
  const tabs = new Set(acts.filter((act) => act.at >= at && act.event.act === 'sent').map(({tab}) => tab))
  return [...tabs].map((tab) => ({what: 'send', tab, at, line}))
}

/** How a page says that somebody else has been at work in the conversation. */
export const ELSEWHERE = /another tab/i

/** Throws where nobody can know whether the message arrived, or why it was not sent. */
export function requireFate(history: History, attempt: Attempt): void {
  const {act, tab, what} = attempt
  if (act === null) {
    if (isWithheld(history, attempt)) return
    throw new CannotTell(`nothing is known of what ${tab} was to ${what}`)
  }
  const {messageId} = act.event
  const isCommitted =
    what === 'regenerate'
      ? ledgerLines(history, 'committed').some(
          ({at, event}) => at > act.at && event.parentId === act.event.parentId,
        )
      : ledgerLines(history, 'committed').some(({event}) => event.messageId === messageId)
  const isRefused = ledgerLines(history, 'asked').some(
    ({at, event}) => event.tab === tab && at > act.at && event.status >= 400,
  )
  const isTold = witnessLines(history, 'notice').some(
    (said) => said.tab === tab && said.at > act.at && ELSEWHERE.test(said.event.text ?? ''),
  )
  if (!isCommitted && !isRefused && !isTold)
    throw new CannotTell(`nobody knows what became of what ${tab} ${act.event.act}`)
}

/** The page said why, or showed an answer being written, or still has the words. */
function isWithheld(history: History, {tab, at}: Attempt): boolean {
  const isSaid = witnessLines(history, 'notice').some(
    (said) => said.tab === tab && said.at > at && said.event.text !== null,
  )
  const standing = witnessLines(history, 'shown').findLast((said) => said.tab === tab && said.at <= at)
  const isWriting = standing?.event.view.some(({status}) => status === 'streaming') ?? false
  const kept = witnessLines(history, 'draft').findLast((said) => said.tab === tab)
  return isSaid || isWriting || (kept !== undefined && kept.at > at && kept.event.chars > 0)
}
