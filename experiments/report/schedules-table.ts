/** The fault schedules that an experiment played, in words, and how to play one of their cells again. */
import type {CellJudgement} from '../checkers/judge.ts'
import {scheduleInWords} from '../history/schedule-words.ts'
import {canonicalJson} from '../history/cell-id.ts'
import {sayConditions, splitConditions} from './conditions.ts'
import {html} from './html.ts'
import type {Html} from './html.ts'
import {isOf} from './sections.ts'
import type {Section} from './sections.ts'

/** Null where nothing was scheduled. Cells that were struck alike are told once. */
export function schedulesTable(section: Section, judgements: readonly CellJudgement[]): Html | null {
  const rows = section.blocks.flatMap((block) => block.rows)
  const own = judgements.filter(
    (judgement) => judgement.schedule.length > 0 && rows.some((row) => isOf(row, judgement)),
  )
  if (own.length === 0) return null
  const {varying} = splitConditions(rows.map(({conditions}) => conditions))
  const names = varying.filter((name) => name === 'fault' || name === 'case')
  const alike = Map.groupBy(own, ({cell, schedule}) =>
    canonicalJson([names.map((name) => cell.conditions[name] ?? null), schedule]),
  )
  return html`<details>
    <summary>The fault schedules, in words</summary>
    <div class="scroll" tabindex="0" role="region" aria-label="Fault schedules of ${section.title}">
      <table>
        <caption>
          Times are since the step “the fault schedule is played”. Each history has its own in its first line,
          as data that
          <code>tabwitness run --schedule</code>
          takes.
        </caption>
        <thead>
          <tr>
            <th scope="col">condition</th>
            <th scope="col">what is done</th>
            <th scope="col">cells</th>
          </tr>
        </thead>
        <tbody>
          ${[...alike.values()].map((same) => line(same, names))}
        </tbody>
      </table>
    </div>
  </details>`
}

function line(same: readonly CellJudgement[], names: readonly string[]): Html {
  const [first] = same
  return html`<tr>
    <th scope="row">${sayConditions(first?.cell.conditions ?? {}, [...names]) || 'all'}</th>
    <td class="wide">${scheduleInWords(first?.schedule ?? []).join('; ')}</td>
    <td>${same.length}</td>
  </tr>`
}
