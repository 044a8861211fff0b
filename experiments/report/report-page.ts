/** The report: one file that needs no network and no script. The findings first, then what they rest on. */
import type {CellJudgement} from '../checkers/judge.ts'
import {experimentNamed} from '../scenarios/registry.ts'
import type {Evidence} from './evidence.ts'
import {plural} from './format.ts'
import {guaranteesSection} from './guarantees-table.ts'
import {hazardsSection} from './hazards-section.ts'
import {html, raw} from './html.ts'
import type {Html} from './html.ts'
import {latencyFigure} from './latency-figure.ts'
import {notableCells} from './notable-cells.ts'
import {pushSection} from './push-table.ts'
import {howToRead} from './reading-guide.ts'
import {recoveryFigure} from './recovery-figure.ts'
import {calibrationBox, findings, machine} from './report-sections.ts'
import {STYLE} from './report-style.ts'
import {findingsTable} from './report-table.ts'
import {sayFixedCost, sayRun, sayWindow} from './run-in-words.ts'
import {schedulesTable} from './schedules-table.ts'
import {sectionsOf} from './sections.ts'
import type {Section} from './sections.ts'
import type {Summary} from './summary.ts'
import {survivalFigure} from './survival-figure.ts'
import type {ToldCells} from './told-cells.ts'
import {triggersSection} from './triggers-table.ts'

export async function reportPage(
  summary: Summary,
  judgements: readonly CellJudgement[],
  evidence: Evidence,
  told: ToldCells,
): Promise<string> {
  const sections = sectionsOf(summary)
  const experiments = await Promise.all(sections.map(async (section) => experiment(section, judgements)))
  const page = html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <title>Tabwitness: ${summary.manifest.runId}</title>
        <style>
          ${raw(STYLE)}
        </style>
      </head>
      <body>
        <a class="skip" href="#findings">Skip to the findings</a>
        <header>
          <h1>Tabwitness report</h1>
          <p class="soft">${sayRun(summary)}</p>
          <ul class="chips" aria-label="Cells">
            ${chips(summary)}
          </ul>
          ${windowNotice(summary)}
          <nav aria-label="Parts of the report">
            <ul>
              <li><a href="#findings">Findings</a></li>
              <li><a href="#calibration">Calibration</a></li>
              ${sections.map((section) => html`<li><a href="#${section.id}">${section.title}</a></li>`)}
              ${
                summary.hazards === undefined
                  ? null
                  : html`<li><a href="#hazards">Hazards of a stale tab</a></li>`
              }
              ${summary.triggers === undefined ? null : html`<li><a href="#triggers">Triggers</a></li>`}
              ${summary.pushes === undefined ? null : html`<li><a href="#push">Push, leg by leg</a></li>`}
              ${summary.guarantees === undefined ? null : html`<li><a href="#guarantees">Guarantees</a></li>`}
              <li><a href="#notable">Surprises and doubts</a></li>
              <li><a href="#reading">How to read it</a></li>
              <li><a href="#machine">Machine</a></li>
            </ul>
          </nav>
        </header>
        <main>
          <section aria-labelledby="findings">
            <h2 id="findings" tabindex="-1">Findings</h2>
            ${findings(summary)}
          </section>
          <section aria-labelledby="calibration">
            <h2 id="calibration" tabindex="-1">Calibration: what the instrument is worth</h2>
            ${calibrationBox(summary.calibration)}
          </section>
          ${experiments} ${hazardsSection(summary, told)} ${triggersSection(summary)} ${pushSection(summary)}
          ${guaranteesSection(summary)}
          <section aria-labelledby="notable">
            <h2 id="notable" tabindex="-1">Surprises, and cells that cannot be believed</h2>
            ${notableCells(summary, {judgements, evidence, told})}
          </section>
          <section aria-labelledby="reading">
            <h2 id="reading" tabindex="-1">How to read it</h2>
            ${howToRead(summary)}
          </section>
          <section aria-labelledby="machine">
            <h2 id="machine" tabindex="-1">Machine and versions</h2>
            ${machine(summary)}
          </section>
        </main>
        <footer>
          Judged from the histories in <code>cells/</code>; <code>tabwitness check</code> does it again.
          ${sayFixedCost(summary)}
        </footer>
      </body>
    </html> `
  return page.html
}

async function experiment(section: Section, judgements: readonly CellJudgement[]): Promise<Html> {
  const question = experimentNamed(section.experiment)?.question
  return html`<section aria-labelledby="${section.id}">
    <h2 id="${section.id}" tabindex="-1">${section.title}</h2>
    ${question === undefined ? null : html`<p class="question">${question}</p>`} ${findingsTable(section)}
    ${await figure(section, judgements)} ${schedulesTable(section, judgements)}
  </section>`
}

const figure = async (section: Section, judgements: readonly CellJudgement[]): Promise<Html | null> =>
  (await recoveryFigure(section, judgements)) ??
  (await survivalFigure(section, judgements)) ??
  latencyFigure(section)

function chips({counts, manifest: {repeated}}: Summary): readonly Html[] {
  const {valid, invalid, unknown, surprises, missing} = counts
  const all = [
    {text: `${valid} valid`, tone: 'good'},
    {text: `${invalid} invalid`, tone: invalid > 0 ? 'warn' : ''},
    {text: `${unknown} unknown`, tone: unknown > 0 ? 'warn' : ''},
    {text: plural(surprises, 'surprise'), tone: surprises > 0 ? 'bad' : ''},
    ...(missing > 0 ? [{text: `${missing} not done`, tone: 'warn'}] : []),
    ...(repeated.length > 0 ? [{text: `${repeated.length} played again`, tone: ''}] : []),
  ]
  return all.map(({text, tone}) => html`<li class="chip ${tone}">${text}</li>`)
}

function windowNotice(summary: Summary): Html {
  const said = sayWindow(summary)
  return said.startsWith('SHORT') ? html`<p class="card notice">${said}</p>` : html`<p>${said}</p>`
}
