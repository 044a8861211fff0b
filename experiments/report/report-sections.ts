/** The parts of the report that are words and small tables. */
import {sayCalibration} from './calibration.ts'
import type {Calibration} from './calibration.ts'
import {sayBytes, sayNumber} from './format.ts'
import {headlines} from './headlines.ts'
import {html} from './html.ts'
import type {Html} from './html.ts'
import {ink} from './policy-ink.ts'
import {sayBrowsers} from './run-in-words.ts'
import type {Summary} from './summary.ts'

export function findings(summary: Summary): Html {
  const said = Map.groupBy(headlines(summary), ({id, platform}) => JSON.stringify([id, platform]))
  if (said.size === 0) return html`<p>No cell could be judged.</p>`
  return html`${[...said.values()].map((own) => {
    const {id, title, platform} = own[0] ?? {id: '', title: '', platform: null}
    return html`<h3><a href="#${id}">${title}</a>${platform === null ? '' : `, ${platform}`}</h3>
      <ul class="findings">
        ${own.map(
          ({policy, text}) =>
            html`<li style="--ink: ${ink(policy)}">
              <code class="policy">${policy}</code>
              <p>${text}</p>
            </li>`,
        )}
      </ul>`
  })}`
}

export function calibrationBox(calibration: Calibration): Html {
  const isSound = calibration.limits.length > 0 && calibration.limits.every(({kept}) => kept)
  return html`<div class="card${isSound ? '' : ' notice'}">
    ${sayCalibration(calibration).map((sentence) => html`<p>${sentence}</p>`)}
    ${calibration.limits.length === 0 ? null : limitsTable(calibration)}
  </div>`
}

function limitsTable({limits}: Calibration): Html {
  return html`<div class="scroll" tabindex="0" role="region" aria-label="Limits of the calibration">
    <table>
      <caption>
        What the instrument has to keep
      </caption>
      <thead>
        <tr>
          <th scope="col">measure</th>
          <th scope="col">measured</th>
          <th scope="col">at most</th>
          <th scope="col">kept</th>
        </tr>
      </thead>
      <tbody>
        ${limits.map(
          ({what, value, limit, kept}) =>
            html`<tr>
              <th scope="row">${what}</th>
              <td>${sayNumber(value, 4)}</td>
              <td>${limit}</td>
              <td><span class="${kept ? 'good' : 'chip bad'}">${kept ? 'yes' : 'NO'}</span></td>
            </tr>`,
        )}
      </tbody>
    </table>
  </div>`
}

export function machine({manifest}: Summary): Html {
  const {machine: box, versions, seed, suite, commit, startedAt, finishedAt, runId} = manifest
  const rows: readonly (readonly [string, string])[] = [
    ['run', runId],
    ['started, finished', `${startedAt}, ${finishedAt ?? 'not finished'}`],
    ['suite, seed', `${suite}, ${seed}`],
    ['commit', commit ?? 'unknown'],
    ['processor', `${box.cpuModel} × ${box.cpus}, ${sayBytes(box.memoryBytes)} of memory`],
    ['system', `${box.platform}, load ${box.loadAverage.map((load) => load.toFixed(2)).join(' ')}`],
    ['browser', sayBrowsers(manifest)],
    ['Node', versions.node],
    ['Tabwitness', versions.tabwitness],
    [
      'packages',
      Object.entries(versions.packages)
        .map((pair) => pair.join(' '))
        .join(', '),
    ],
  ]
  return html`<div class="card">
    <dl>
      ${rows.map(
        ([name, value]) =>
          html`<dt>${name}</dt>
            <dd>${value}</dd>`,
      )}
    </dl>
  </div>`
}
