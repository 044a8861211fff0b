/** How long tabs take to be right again, as survival curves: a panel for each platform and group of conditions. */
import type {CellJudgement} from '../checkers/judge.ts'
import {kaplanMeier} from '../statistics/kaplan-meier.ts'
import type {Html} from './html.ts'
import {inPolicyOrder} from './reading-order.ts'
import {RECOVERY_GROUPS, recoveryGroupOf} from './recovery-groups.ts'
import {recoverySamplesOf} from './recovery-in-numbers.ts'
import {isOf} from './sections.ts'
import type {Section} from './sections.ts'
import {survivalPanels} from './survival-curves.ts'
import type {Curve, Panel} from './survival-curves.ts'

/** Null where no tab had to recover. */
export async function recoveryFigure(
  section: Section,
  judgements: readonly CellJudgement[],
): Promise<Html | null> {
  const rows = section.blocks.flatMap((block) => block.rows)
  const own = judgements.filter(
    (judgement) =>
      judgement.validity === 'valid' &&
      judgement.recoveries.length > 0 &&
      rows.some((row) => isOf(row, judgement)),
  )
  const panels = section.platforms.flatMap((platform) =>
    RECOVERY_GROUPS.flatMap((group): Panel[] => {
      const there = own.filter(({cell}) => cell.platform === platform && recoveryGroupOf(cell) === group)
      const curves = curvesOf(there)
      return curves.length === 0 ? [] : [{title: `${platform}, ${group}`, curves}]
    }),
  )
  if (panels.length === 0) return null
  return survivalPanels(panels, {
    heading: 'How long tabs take to be right again',
    about:
      'Share of tabs that do not show all that was committed until they could recover, against the time since then: since ' +
      'the last fault healed, or the tab came back (logarithmic; all conditions of a group together). A line that stays ' +
      'at 100 % never got there before the deadline. Kaplan–Meier with 95 % bands, except where more than seven policies stand together.',
    since: 'since it could recover',
    notYet: 'not fresh yet',
    counted: 'tabs',
    done: 'fresh',
  })
}

function curvesOf(judgements: readonly CellJudgement[]): readonly Curve[] {
  return inPolicyOrder(judgements.map(({cell}) => cell.policy)).flatMap((policy): Curve[] => {
    const own = judgements.filter(({cell}) => cell.policy === policy)
    const samples = own.flatMap((judgement) =>
      recoverySamplesOf(judgement).filter(({measure}) => measure === 'time-to-fresh'),
    )
    if (samples.length === 0) return []
    const limitMs = Math.max(...own.map(({cell}) => Number(cell.conditions['deadlineMs'] ?? 0)))
    return [{policy, limitMs, survival: kaplanMeier(samples)}]
  })
}
