/** What became of words that a person typed and did not send. Rule K15. */
import type {History} from '../history/history-event.ts'

export type DraftKept = {readonly draft: 'kept' | 'lost' | null; readonly lines: readonly number[]}

type Draft = {readonly at: number; readonly line: number; readonly chars: number; readonly textHash: string}

/** A page that says nothing of its composer after it was loaded has nothing in it. */
export function draftKept({events}: History, tab: string): DraftKept {
  const typing = events.findLast(
    (event) => event.kind === 'step' && event.do === 'type' && event.tab === tab && event.phase === 'ended',
  )
  if (typing === undefined) return {draft: null, lines: []}
  const drafts = events.flatMap((event): Draft[] =>
    event.kind === 'witness' && event.tab === tab && event.event.kind === 'draft'
      ? [{at: event.at, line: event.line, chars: event.event.chars, textHash: event.event.textHash}]
      : [],
  )
  const typed = drafts.findLast(({at, chars}) => at <= typing.at && chars > 0)
  if (typed === undefined) return {draft: 'lost', lines: [typing.line]}
  const isLoaded = events.some(
    (event) => event.kind === 'tab-opened' && event.tab === tab && event.navigationStartMs > typed.at,
  )
  const last = drafts.findLast(({at}) => at > typed.at)
  const inTheEnd = last ?? (isLoaded ? null : typed)
  const isKept = inTheEnd?.textHash === typed.textHash && inTheEnd.chars === typed.chars
  return {draft: isKept ? 'kept' : 'lost', lines: [typed.line, ...(last === undefined ? [] : [last.line])]}
}
