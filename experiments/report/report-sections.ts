/** The parts of the report that are words and small tables. */
import {LIMITS} from '../checkers/defaults.ts'
import type {CellJudgement} from '../checkers/judge.ts'
import {sayCalibration} from './calibration.ts'
import type {Calibration} from './calibration.ts'
import {sayConditions} from './conditions.ts'
import type {Evidence} from './evidence.ts'
import {sayBytes, sayNumber} from './format.ts'
import {headlines} from './headlines.ts'
import {html} from './html.ts'
import type {Html} from './html.ts'
import {ink} from './policy-ink.ts'
import {sayBrowsers} from './run-in-words.ts'
import type {NotableCell, Summary} from './summary.ts'

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

export function notableCells(
  {notable, unreadable, missing, manifest}: Summary,
  judgements: readonly CellJudgement[],
  evidence: Evidence,
): Html {
  const judged = new Map(judgements.map((judgement) => [judgement.cellId, judgement]))
  const {repeated, skipped} = manifest
  if (notable.length + unreadable.length + missing.length + repeated.length + skipped.length === 0)
    return html`<p>None: every cell could be believed and did what was predicted.</p>`
  return html`${notable.map((cell) => notableCell(cell, judged.get(cell.cellId), evidence))}
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
  evidence: Evidence,
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

export function howToRead({manifest}: Summary): Html {
  return html`<div class="card">
    <dl>
      <dt>shown</dt>
      <dd>
        Messages × tabs: committed by the server while the window was open, and seen whole in the tab's own
        DOM before it closed. The sender's tab is not counted.
      </dd>
      <dt>delivered</dt>
      <dd>
        What the server's book says was handed to the tab's socket: whole messages, hints to refetch, or the
        news that a turn ended. Over push: what the tab's browser acknowledged, which is all that a sender can
        learn. It claims nothing about the tab.
      </dd>
      <dt>median staleness</dt>
      <dd>
        From the server's commit to the tab showing it. Where the window ended first the sample is censored:
        it counts as “longer than the window”, never as the window's length, and never is an average taken of
        what arrived.
      </dd>
      <dt>[95 %]</dt>
      <dd>
        Bootstrap interval, or where samples are censored the band of the survival curve. Samples of one cell
        are treated as independent.
      </dd>
      <dt>on return, refreshed</dt>
      <dd>The same messages after the person came back to the tab, and after they reloaded it.</dd>
      <dt>time to fresh</dt>
      <dd>
        From the moment a tab could recover (the last fault that struck it healed, or it came back) to the tab
        showing every message that was committed until then, whole. Censored where the deadline came first.
        <em>Detected</em>: from the first bite on the tab's link to its page leaving the open state.
        <em>Reconnected</em>: from the heal to the page being open again and following.
      </dd>
      <dt>lost, exact</dt>
      <dd>
        Lost: committed while the cell counted, and not shown whole at the deadline. Exact: the last reading
        of the tab has the server's texts to the letter, by hash.
      </dd>
      <dt>false alarms</dt>
      <dd>Connections that a page destroyed by itself while nothing was wrong with its link.</dd>
      <dt>hypothesis</dt>
      <dd>
        What the experiment predicted before it ran. A stale tab that was predicted is a finding, not a
        failure. SURPRISE means that the tab showed something else, or that a message was doubled, out of
        order, gone or different after a refresh, which is never predicted.
      </dd>
      <dt>valid</dt>
      <dd>
        Every tab state was proved by the page itself, clocks are known to ${LIMITS.clockErrorMs} ms, event
        loops were at most ${LIMITS.eventLoopDelayP99Ms} ms late (p99; ${LIMITS.sharedEventLoopDelayP99Ms} ms
        in cells that ran beside others, where only seconds are judged), and at most ${LIMITS.stealPercent} %
        of the processor was taken away. Other cells are <em>invalid</em> or <em>unknown</em> and count
        nowhere.
      </dd>
      <dt>measured</dt>
      <dd>
        Every latency here was measured in real tabs of a real browser, on the machine below, over loopback.
      </dd>
      <dt>modelled</dt>
      <dd>
        The pace of the answers is a scripted model's (speed ×${manifest.modelSpeed}); no language model was
        asked and no network was crossed. Where a model delayed, dropped, doubled or reordered pushes, the
        rows have sections of their own and say MODELLED; they share no table and no figure with raw ones.
      </dd>
      <dt>observed</dt>
      <dd>
        Policy <code>observed</code> imitates what the product was seen to do in 2026: its channel carries
        that a turn ended, and nothing of its content.
      </dd>
      <dt>invented</dt>
      <dd>
        All other policies are remedies of this project, built from messages the product knows. Rule by rule:
        <code>servers/protocol/SPEC.md</code>.
      </dd>
    </dl>
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
