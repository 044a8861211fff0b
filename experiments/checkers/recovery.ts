/** How every tab that had to came through: the measures of `reconnection`, `offline-recovery` and `tab-lifecycle`. Rules K11–K17. */
import type {History} from '../history/history-event.ts'
import {connectionStory} from './connection-story.ts'
import {draftKept} from './draft-kept.ts'
import {duplicated} from './duplicated.ts'
import {foundStale} from './found-stale.ts'
import {recoveredMessages} from './recovered-messages.ts'
import {recoveredText} from './recovered-text.ts'
import {recoveryCost} from './recovery-cost.ts'
import {recoverySpans} from './recovery-span.ts'
import {reordered} from './reordered.ts'
import type {TabRecovery} from './tab-recovery.ts'
import type {Verdict} from './verdict.ts'

/** Empty where the scenario has no step `recover`. */
export function recoveriesOf(history: History): readonly TabRecovery[] {
  const spans = recoverySpans(history)
  if (spans.length === 0) return []
  const doubledBy = linesByTab(duplicated(history))
  const reorderedBy = linesByTab(reordered(history))

  return spans.map((span): TabRecovery => {
    const {tab, state, from} = span
    const {expected, lost, fresh} = recoveredMessages(history, span)
    const {falseAlarms, ...connection} = connectionStory(history, span)
    const {sentTwiceLines, ...cost} = recoveryCost(history, span)
    const {exact, exactLines, saidComplete} = recoveredText(history, span)
    const {draft, lines: draftLines} = draftKept(history, tab)
    const {stale, lines: staleLines} = foundStale(history, tab)
    const doubled = doubledBy.get(tab) ?? []
    const wrongOrder = reorderedBy.get(tab) ?? []
    return {
      tab,
      state,
      from,
      expected,
      lost: lost.length,
      doubled: doubled.length,
      reordered: wrongOrder.length,
      ...connection,
      fresh,
      falseAlarms: falseAlarms.length,
      ...cost,
      draft,
      exact,
      saidComplete: saidComplete.length,
      stale,
      evidence: {
        lost: lost.map(({line}) => line),
        doubled: doubled.flat(),
        reordered: wrongOrder.flat(),
        falseAlarms,
        sentTwice: sentTwiceLines,
        draft: draftLines,
        exact: exactLines,
        saidComplete,
        stale: staleLines,
      },
    }
  })
}

/** The lines of each of a tab's violations. */
function linesByTab(verdict: Verdict): ReadonlyMap<string, readonly (readonly number[])[]> {
  const byTab = Map.groupBy(verdict.verdict === 'invalid' ? verdict.because : [], ({tab}) => tab)
  return new Map([...byTab].map(([tab, because]) => [tab, because.map(({lines}) => lines)]))
}
