/** The hazards of a stale tab in the report: how often each showed, what cures it at which cost, and one of each told. */
import type {ToldExample} from '../counterexamples/told-cell.ts'
import {plural} from './format.ts'
import {
  HAZARD_COLUMNS,
  matrixRows,
  remediesIn,
  sayCombined,
  sayShown,
  toneOf,
  toneOfCure,
} from './hazards-in-words.ts'
import type {Combined, HazardRow} from './hazards-in-numbers.ts'
import {html, raw} from './html.ts'
import type {Html} from './html.ts'
import type {Summary} from './summary.ts'
import type {ToldCells} from './told-cells.ts'
import {representatives} from './told-in-words.ts'

/** Null where no cell was about a hazard. */
export function hazardsSection({hazards}: Summary, told: ToldCells): Html | null {
  if (hazards === undefined) return null
  const {rows, matrix} = hazards
  return html`<section aria-labelledby="hazards">
    <h2 id="hazards" tabindex="-1">Hazards of a stale tab</h2>
    <p>
      A person acts in a tab on what another tab has changed. Each hazard was played as the product behaves
      (or with the habit of the page that it needs), and under the cure that is named for it: the same acts,
      another setting of page or server. Shares have exact 95 % intervals (Clopper and Pearson). What a cure
      costs is the difference of the medians of a cell's cost, with its bootstrap interval: the stale tab's
      send until its commit, requests and bytes of answers of all tabs. <em>Not sent</em>: the cure refuses
      the send and leaves it to the person.
    </p>
    ${rows.length === 0 ? null : hazardsTable(rows)} ${matrix.length === 0 ? null : matrixTable(matrix)}
    ${counterExamples(told)}
  </section>`
}

function hazardsTable(rows: readonly HazardRow[]): Html {
  return html`<div class="card">
    <div class="scroll" tabindex="0" role="region" aria-label="Hazards and their cures">
      <table class="findings-table">
        <caption>
          <span>In how many cells a hazard showed, and what its cure costs a cell.</span>
        </caption>
        <thead>
          <tr>
            ${HAZARD_COLUMNS.map(({title}) => html`<th scope="col">${title}</th>`)}
          </tr>
        </thead>
        <tbody>
          ${rows.map(hazardLine)}
        </tbody>
      </table>
    </div>
  </div>`
}

function hazardLine(row: HazardRow): Html {
  const [name, on, , cure, , ...costs] = HAZARD_COLUMNS
  return html`<tr>
    <th scope="row">${name.say(row)}</th>
    <td>${on.say(row)}</td>
    <td>${sayShown(row.disease)}</td>
    <td class="wide">${cure.say(row)}</td>
    <td><span class="${row.cure === null ? '' : toneOfCure(row.cure)}">${sayShown(row.cure)}</span></td>
    ${costs.map(({say}) => html`<td>${say(row)}</td>`)}
  </tr>`
}

function matrixTable(matrix: readonly Combined[]): Html {
  const remedies = remediesIn(matrix)
  const rows = matrixRows(matrix)
  return html`<div class="card">
    <div class="scroll" tabindex="0" role="region" aria-label="Conflict rules and remedies">
      <table class="findings-table">
        <caption>
          <span>Every conflict rule with every remedy of the page: in how many cells the hazard showed.</span>
        </caption>
        <thead>
          <tr>
            <th scope="col">rule</th>
            <th scope="col">on</th>
            ${remedies.map((remedy) => html`<th scope="col"><code>${remedy}</code></th>`)}
          </tr>
        </thead>
        ${[...Map.groupBy(rows, ({hazard}) => hazard)].map(
          ([hazard, own]) =>
            html`<tbody>
              <tr>
                <th scope="rowgroup" colspan="${remedies.length + 2}">${hazard}</th>
              </tr>
              ${own.map(
                ({rule, platform, cells}) =>
                  html`<tr>
                    <th scope="row"><code>${rule}</code></th>
                    <td>${platform}</td>
                    ${remedies.map((remedy) => combinedCell(cells.get(remedy)))}
                  </tr>`,
              )}
            </tbody>`,
        )}
      </table>
    </div>
  </div>`
}

const combinedCell = (combined: Combined | undefined): Html =>
  combined === undefined
    ? html`<td>–</td>`
    : html`<td><span class="${toneOf(combined)}">${sayCombined(combined)}</span></td>`

function counterExamples(told: ToldCells): Html | null {
  const found = representatives(told)
  if (found.length === 0) return null
  return html`<h3>One of each, told and drawn</h3>
    <p class="soft">
      Moments count from the beginning of the cell. The picture and the words of every cell in which a hazard
      showed are in <code>artifacts/</code>, under the cell's id.
    </p>
    ${[...Map.groupBy(found, ({hazard}) => hazard)].map(
      ([hazard, own]) =>
        html`<div class="card">
          <h4>${hazard}</h4>
          ${own.map(
            ({platform, cell, others}) =>
              html` <p class="soft">
                  On ${platform}, cell
                  <code>${cell.judgement.cellId}</code
                  >${others > 0 ? `, and ${plural(others, 'other cell')}` : ''}:
                </p>
                ${cell.examples.slice(0, 1).map((example) => toldExample(example, `${hazard} on ${platform}`))}`,
          )}
        </div>`,
    )}`
}

/** Words for everybody; the drawing for who wants to see it. */
export function toldExample({words, lines, events, isMinimal, diagram}: ToldExample, name: string): Html {
  return html`<p>${words.join(' ')}</p>
    <details>
      <summary>Space–time diagram</summary>
      <div class="scroll" tabindex="0" role="region" aria-label="Space–time diagram: ${name}">
        ${raw(diagram)}
      </div>
      <p class="soft">
        Proved by the lines ${lines.join(', ')} of the history; of its ${events.of} events ${events.enough}
        are enough to show it${isMinimal ? '' : ', perhaps fewer'}.
      </p>
    </details>`
}
