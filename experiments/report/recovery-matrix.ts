/** The findings of a run with faults as tables for the README: policy by group of conditions, one for each platform. Pure. */
import type {CellJudgement} from '../checkers/judge.ts'
import {plural, saySpread, share} from './format.ts'
import type {Spread} from './measured.ts'
import {inPlatformOrder, inPolicyOrder} from './reading-order.ts'
import {RECOVERY_GROUPS, recoveryGroupOf} from './recovery-groups.ts'
import type {RecoveryGroup} from './recovery-groups.ts'
import {recoveryInNumbers} from './recovery-in-numbers.ts'

/** What the report alone tells: few cells, or the page's own affair. */
const LEFT_OUT: readonly RecoveryGroup[] = [
  'link faults, hidden tab',
  'server faults, hidden tab',
  'no fault',
  'draft',
]
const README_GROUPS = RECOVERY_GROUPS.filter((group) => !LEFT_OUT.includes(group))

export function recoveryMatrix(judgements: readonly CellJudgement[]): string {
  const valid = judgements.filter(({validity}) => validity === 'valid')
  return inPlatformOrder(valid.map(({cell}) => cell.platform))
    .flatMap((platform) => {
      const own = valid.filter(({cell}) => cell.platform === platform)
      return [`On \`${platform}\`:`, table(own)]
    })
    .join('\n\n')
}

function table(judgements: readonly CellJudgement[]): string {
  const byGroup = Map.groupBy(judgements, ({cell}) => recoveryGroupOf(cell))
  const groups = README_GROUPS.filter((group) => byGroup.has(group))
  const lines = inPolicyOrder(judgements.map(({cell}) => cell.policy)).flatMap((policy) => {
    const cells = groups.map((group) =>
      sayGroup((byGroup.get(group) ?? []).filter(({cell}) => cell.policy === policy)),
    )
    return [[`\`${policy}\``, ...cells]]
  })
  const head = ['policy', ...groups]
  return [head, head.map(() => '---'), ...lines].map((cells) => `| ${cells.join(' | ')} |`).join('\n')
}

/** Where not even the half was reached, and where there is one sample, once is enough. */
function sayFresh(fresh: Spread | null): string[] {
  if (fresh === null) return []
  const isOnce = fresh.count === 1 || fresh.p50.valueMs === null
  if (isOnce) return [saySpread(fresh, fresh.p50)]
  return [`p50 ${saySpread(fresh, fresh.p50)}`, `p95 ${saySpread(fresh, fresh.p95)}`]
}

/** Time to fresh at p50 and p95, and what was lost; doubled messages and false alarms where there were any. */
function sayGroup(judgements: readonly CellJudgement[]): string {
  const numbers = recoveryInNumbers(judgements)
  if (numbers === null) return '–'
  const {lost, expected, doubled, falseAlarms, fresh} = numbers
  const told = expected === 0 ? '' : `lost ${share(lost, expected)}`
  return [
    ...sayFresh(fresh),
    lost > 0 ? `**${told}**` : told,
    ...(doubled > 0 ? [`**${doubled} doubled**`] : []),
    ...(falseAlarms > 0 ? [`**${plural(falseAlarms, 'false alarm')}**`] : []),
  ]
    .filter(Boolean)
    .join('<br>')
}
