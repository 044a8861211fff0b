/** Cells that were a surprise or cannot be believed, each with the lines that prove it. */
import type {CellJudgement} from '../checkers/judge.ts'
import {sayConditions} from './conditions.ts'
import type {Evidence} from './evidence.ts'
import {toldExample} from './hazards-section.ts'
import {html} from './html.ts'
import type {Html} from './html.ts'
import type {NotableCell, Summary} from './summary.ts'
import type {ToldCells} from './told-cells.ts'

type Sources = {
  readonly judgements: readonly CellJudgement[]
  readonly evidence: Evidence
  readonly told: ToldCells
}

export function notableCells(
  {notable, unreadable, missing, manifest}: Summary,
  {judgements, evidence, told}: Sources,
): Html {
  const judged = new Map(judgements.map((judgement) => [judgement.cellId, judgement]))
  const {repeated, skipped} = manifest
  if (notable.length + unreadable.length + missing.length + repeated.length + skipped.length === 0)
    return html`<p>None: every cell could be believed and did what was predicted.</p>`
  return html`${notable.map((cell) => notableCell(cell, judged.get(cell.cellId), {evidence, told}))}
  ${unreadable.map(
    ({cellId, line, why}) =>
      html`<div class="card">
        <h3><span class="chip warn">unknown</span> a history that cannot be read</h3>
        <p><code>cells/${cellId}.jsonl</code>, line ${line}: ${why}.</p>
      </div>`,
  )}
  ${
    missing.length === 0
      ? null
      : html`<p class="soft">Not done: ${missing.map((id) => html`<code>${id}</code> `)}</p>`
  }
  ${repeated.map(
    ({cellId, why}) =>
      html`<p class="soft">
        Played again, because its conditions were not proved: <code>${cellId}</code> (${why}). The history
        that was set aside is kept beside the new one.
      </p>`,
  )}
  ${skipped.map(
    ({experiment, platform, policy, conditions, why}) =>
      html`<p class="soft">
        Skipped: ${[experiment, platform ?? '', sayConditions(conditions)].filter(Boolean).join(', ')},
        <code>${policy}</code>: ${why}.
      </p>`,
  )}`
}

function notableCell(
  {cellId, kind, label, notes}: NotableCell,
  judgement: CellJudgement | undefined,
  {evidence, told}: Pick<Sources, 'evidence' | 'told'>,
): Html {
  const lines = judgement === undefined ? [] : evidence(cellId, provingLines(judgement))
  return html`<div class="card">
    <h3><span class="chip ${kind === 'SURPRISE' ? 'bad' : 'warn'}">${kind}</span> ${label}</h3>
    ${notes.map((note) => html`<p>${note}</p>`)}
    ${
      judgement?.prediction == null
        ? null
        : html`<p class="soft">The hypothesis rests on this: ${judgement.prediction.because}.</p>`
    }
    ${(told.get(cellId)?.examples ?? []).map((example) => toldExample(example, `${example.about}, ${label}`))}
    <details>
      <summary>Scenario and evidence of cell ${cellId}</summary>
      <ol>
        ${(judgement?.steps ?? []).map((step) => html`<li>${step}</li>`)}
      </ol>
      <p class="soft">From <code>cells/${cellId}.jsonl</code>:</p>
      <pre class="proof">${lines.map(({line, text}) => html`<b>${line}</b> ${text} `)}</pre>
    </details>
  </div>`
}

const MOST_LINES = 14

/** The lines that the violations name; where nothing names any, there is nothing to show. */
function provingLines({findings: verdicts}: CellJudgement): readonly number[] {
  const lines = Object.values(verdicts).flatMap((verdict) =>
    verdict.verdict === 'invalid' ? verdict.because.flatMap((violation) => violation.lines) : [],
  )
  return [...new Set(lines)].toSorted((a, b) => a - b).slice(0, MOST_LINES)
}
