/** Staleness as survival curves: the share of messages not shown yet, one panel per tab state and place. */
import type {CellJudgement} from '../checkers/judge.ts'
import {kaplanMeier} from '../statistics/kaplan-meier.ts'
import type {Html} from './html.ts'
import {blocksByPlatform, isOf} from './sections.ts'
import type {Block, Section} from './sections.ts'
import {survivalPanels} from './survival-curves.ts'
import type {Curve} from './survival-curves.ts'

/** Null where nothing was cut off: then there is nothing that a curve says better than an interval. */
export async function survivalFigure(
  section: Section,
  judgements: readonly CellJudgement[],
): Promise<Html | null> {
  const panels = blocksByPlatform(section)
    .map((block) => ({title: block.title, curves: curvesOf(block, judgements)}))
    .filter(({curves}) => curves.length > 0)
  if (!panels.some(({curves}) => curves.some(({survival}) => survival.censored > 0))) return null
  return survivalPanels(panels, {
    heading: `How long tabs stay stale${section.isModelled ? ' (MODELLED push delivery)' : ''}`,
    about:
      "Share of messages that a tab does not show yet, against the time since the server's commit (logarithmic). " +
      'A line that stays at 100 % up to the right edge is a tab that showed nothing before the window ended. ' +
      'Kaplan–Meier with 95 % bands.',
    since: 'since the commit',
    notYet: 'not shown yet',
    counted: 'messages',
    done: 'shown',
  })
}

function curvesOf({rows}: Block, judgements: readonly CellJudgement[]): readonly Curve[] {
  return rows.flatMap((row) => {
    const samples = judgements
      .filter((judgement) => judgement.validity === 'valid' && isOf(row, judgement))
      .flatMap((judgement) => judgement.samples.filter(({measure}) => measure === 'staleness'))
    if (samples.length === 0 || row.staleness === null) return []
    return [{policy: row.policy, limitMs: row.staleness.limitMs, survival: kaplanMeier(samples)}]
  })
}
