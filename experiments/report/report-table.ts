/** The findings of an experiment as an HTML table; the same columns as everywhere. */
import {columnsFor} from './columns.ts'
import type {Column} from './columns.ts'
import {html} from './html.ts'
import type {Html} from './html.ts'
import {toneOfRecovery} from './recovery-tone.ts'
import type {Block, Section} from './sections.ts'
import type {Row} from './summary.ts'

export function findingsTable({title: name, blocks, platforms, shared}: Section): Html {
  const columns = columnsFor(blocks.flatMap(({rows}) => rows))
  const said = [platforms.join(', '), shared].filter(Boolean).join('; ')
  return html`<div class="card">
    <div class="scroll" tabindex="0" role="region" aria-label="Findings of ${name}">
      <table class="findings-table">
        <caption>
          <span>${said}. ${countsOf(blocks)}</span>
        </caption>
        <thead>
          <tr>
            ${columns.map(({title}) => html`<th scope="col">${title}</th>`)}
          </tr>
        </thead>
        ${blocks.map((block) => body(block, columns))}
      </table>
    </div>
  </div>`
}

const countsOf = (blocks: readonly Block[]): string =>
  blocks.some(({rows}) => rows.some(({recoveries}) => recoveries !== undefined))
    ? 'Counts are over all tabs that had to recover, of valid cells.'
    : 'Counts are messages × observing tabs, of valid cells.'

function body({title, rows}: Block, columns: readonly Column[]): Html {
  const head =
    title === ''
      ? null
      : html`<tr>
          <th scope="rowgroup" colspan="${columns.length}">${title}</th>
        </tr>`
  return html`<tbody>
    ${head}
    ${rows.map(
      (row) =>
        html`<tr>
          ${columns.map((column) => cell(column, row))}
        </tr>`,
    )}
  </tbody>`
}

function cell({name, say}: Column, row: Row): Html {
  const said = say(row)
  if (name === 'policy') return html`<th scope="row"><code>${said}</code></th>`
  const tone = toneOf(name, row)
  return tone === null ? html`<td>${said}</td>` : html`<td><span class="${tone}">${said}</span></td>`
}

function toneOf(name: string, row: Row): string | null {
  if (name === 'outcome') {
    if (row.outcome === 'as predicted') return 'good'
    return row.outcome === 'SURPRISE' ? 'chip bad' : 'chip warn'
  }
  if (name === 'cells') return row.cells.valid === row.cells.all ? null : 'warn'
  if (name === 'shown') return toneOfShare(row.shownInMain, row.expected)
  if (name === 'return')
    return row.shownOnReturn === null ? null : toneOfShare(row.shownOnReturn, row.expected)
  if (name === 'refresh')
    return row.shownAfterRefresh === null ? null : toneOfShare(row.shownAfterRefresh, row.expected)
  const tone = toneOfRecovery(name, row)
  return tone === null ? null : TONES[tone]
}

const TONES = {green: 'good', yellow: 'warn', red: 'bad'} as const

function toneOfShare(part: number, whole: number): string | null {
  if (whole === 0) return null
  if (part === whole) return 'good'
  return part === 0 ? 'bad' : 'warn'
}
