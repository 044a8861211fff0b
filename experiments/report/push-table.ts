/** Push, leg by leg: from the sender's wish to the tab's screen. The same numbers for a terminal, Markdown and HTML. */
import {PUSH_LEGS} from '../checkers/push-samples.ts'
import {engineOf} from '../scenario/engine.ts'
import {sayCondition, sayConditions} from './conditions.ts'
import {plural, saySpread} from './format.ts'
import {html} from './html.ts'
import type {Html} from './html.ts'
import type {PushInNumbers} from './push-in-numbers.ts'
import type {PushTotal} from './push-totals.ts'
import type {Row, Summary} from './summary.ts'

const NONE = '–'

export const sayLeg = (push: PushInNumbers, leg: (typeof PUSH_LEGS)[number]): string => {
  const spread = push.legs[leg]
  return spread === null ? NONE : saySpread(spread, spread.p50)
}

/** `12 pushes: 12 acked, 12 heard`, and what went otherwise. */
export function sayPushes({
  stored,
  acked,
  heard,
  dropped,
  doubled,
  reordered,
  notified,
}: PushInNumbers): string {
  return [
    `${plural(stored, 'push', 'pushes')}: ${acked} acknowledged, ${heard} heard by the worker`,
    ...(dropped > 0 ? [`${dropped} dropped by the model`] : []),
    ...(doubled > 0 ? [`${doubled} doubled`] : []),
    ...(reordered > 0 ? [`${reordered} out of order`] : []),
    ...(notified > 0 ? [`${plural(notified, 'notification')} shown`] : []),
  ].join(', ')
}

export const titleOf = ({experiment, engine, isModelled}: PushTotal): string =>
  [
    experiment,
    ...(engine === 'chromium' ? [] : [sayCondition('browser', engine)]),
    isModelled ? 'MODELLED push delivery' : 'raw',
  ].join(', ')

/** Null where nothing was pushed. */
export function pushSection({pushes, rows}: Summary): Html | null {
  if (pushes === undefined) return null
  return html`<section aria-labelledby="push">
    <h2 id="push" tabindex="-1">Push, leg by leg</h2>
    <p>
      Medians with 95 % intervals, on the one clock: asked for by the platform's server, accepted by FCM, sent
      to the browser, acknowledged by it, handed to its service worker, heard by a tab, shown by it. The
      browser acknowledges and wakes the worker side by side, so both are counted from the sending. Legs are
      counted per push and device, the last two per tab.
    </p>
    ${pushes.map((total) => table(total, rows))}
  </section>`
}

function table(total: PushTotal, rows: readonly Row[]): Html {
  const own = rows.filter(
    (row): row is Row & {push: PushInNumbers} =>
      row.push !== undefined && row.experiment === total.experiment && isOf(total, row),
  )
  return html`<div class="card">
    <div class="scroll" tabindex="0" role="region" aria-label="Legs of pushes, ${titleOf(total)}">
      <table>
        <caption>
          ${titleOf(total)}. ${sayPushes(total)}.
        </caption>
        <thead>
          <tr>
            <th scope="col">conditions</th>
            <th scope="col">policy</th>
            <th scope="col">pushes</th>
            ${PUSH_LEGS.map((leg) => html`<th scope="col">${leg}</th>`)}
          </tr>
        </thead>
        <tbody>
          ${line('all', '', total)} ${own.map((row) => line(sayRow(row), row.policy, row.push))}
        </tbody>
      </table>
    </div>
  </div>`
}

const isOf = ({engine, isModelled}: PushTotal, {conditions}: Row) =>
  engineOf({conditions}) === engine && ((conditions['delivery'] ?? 'raw') !== 'raw') === isModelled

const TELLING = ['state', 'place', 'tabs', 'delivery', 'fault']
const sayRow = ({conditions}: Row) =>
  sayConditions(
    conditions,
    TELLING.filter((name) => name !== 'delivery' || conditions['delivery'] !== 'raw'),
  )

function line(conditions: string, policy: string, push: PushInNumbers): Html {
  return html`<tr>
    <th scope="row">${conditions}</th>
    <td>${policy === '' ? '' : html`<code>${policy}</code>`}</td>
    <td>${push.heard}/${push.stored}</td>
    ${PUSH_LEGS.map((leg) => html`<td>${sayLeg(push, leg)}</td>`)}
  </tr>`
}
