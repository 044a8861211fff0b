/** Rule P4: the scenario was played to its end. A watch that was not met is a finding; any other step that failed is not. */
import {verdictOf} from './checker.ts'
import type {Checker} from './checker.ts'
import type {Violation} from './verdict.ts'

/** Steps that wait for something to be seen: that it was not is what the cell is about. */
const WAITING: ReadonlySet<string> = new Set(['watch', 'commit', 'await-pushes', 'recover'])

export const stepsDone: Checker = ({events, footer}) => {
  const ended = events.filter((event) => event.kind === 'step').filter(({phase}) => phase === 'ended')
  const because = ended.flatMap((step): Violation[] => {
    if (step.outcome === 'ok' || (step.outcome === 'not-met' && WAITING.has(step.do))) return []
    const note = `the step ${step.do} ${step.outcome === 'failed' ? 'failed' : 'was not met'}${step.note === null ? '' : `: ${step.note}`}`
    return [{rule: 'P4', tab: step.tab ?? '', lines: [step.line], note}]
  })
  if (footer.failure !== null)
    because.push({rule: 'P4', tab: '', lines: [footer.lines], note: footer.failure})
  return verdictOf(because, {steps: ended.length})
}
