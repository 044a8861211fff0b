/** What makes a channel speak: triggers by carriage, one table a platform. The same numbers for a terminal, Markdown and HTML. */
import {knownOf} from '../triggers/known-wire.ts'
import type {Cause} from '../triggers/cause.ts'
import {html, type Html} from './html.ts'
import {inPlatformOrder} from './reading-order.ts'
import type {Summary} from './summary.ts'
import type {TriggerRow} from './triggers-in-numbers.ts'
import {causesIn, CHANNEL_OF, columnsOf, sayFates, sayKnown, sayTrigger, sayTypes} from './triggers-words.ts'
import type {TriggerColumn} from './triggers-words.ts'

const NONE = '–'

const tablesOf = (rows: readonly TriggerRow[]) =>
  inPlatformOrder(rows.map(({platform}) => platform)).map((platform) => {
    const own = rows.filter((row) => row.platform === platform)
    return {platform, causes: causesIn(own), columns: columnsOf(own)}
  })

/** Null where nothing was pulled. */
export function triggersSection({triggers}: Pick<Summary, 'triggers'>): Html | null {
  if (triggers === undefined) return null
  return html`<section aria-labelledby="triggers">
    <h2 id="triggers" tabindex="-1">What makes a channel speak</h2>
    <p>
      One tab, the server, or a client without a tab does something; another tab does nothing at all, and what
      its browser is sent is captured: frames of its socket, pushes of its service worker. Delays are medians
      with 95 % intervals, from the line of the server's ledger to the browser's own stamp. Bytes are those
      that came; the frames themselves, tokens taken out, are in
      <code>artifacts/&lt;cell&gt;/frames.jsonl</code>. What the product's own channel does stands beside it,
      with how that is known; under <em>hint</em> and <em>content</em> ours is invented.
    </p>
    ${tablesOf(triggers).map(table)}
  </section>`
}

type Table = ReturnType<typeof tablesOf>[number]

/** What is known of the product stands behind what ours does as the product was observed to. */
function table({platform, causes, columns}: Table): Html {
  const title = `${platform}: ${CHANNEL_OF[platform] ?? 'channel'} at a tab that does nothing`
  const observed = columns.filter(({policy}) => policy === 'observed')
  const others = columns.filter((column) => !observed.includes(column))
  const heads = (of: readonly TriggerColumn[]) =>
    of.map((column) => html`<th scope="col">${column.title}</th>`)
  return html`<div class="card">
    <div class="scroll" tabindex="0" role="region" aria-label="${title}">
      <table class="findings-table">
        <caption>
          <span>${title}</span>
        </caption>
        <thead>
          <tr>
            <th scope="col">trigger</th>
            ${heads(observed)}
            <th scope="col">known of the product</th>
            ${heads(others)}
          </tr>
        </thead>
        <tbody>
          ${causes.map(
            (cause) =>
              html`<tr>
                <th scope="row">${cause}</th>
                ${observed.map((column) => cell(column, cause))}
                <td class="wide soft">${sayKnown(platform, cause)}${sayLength(platform, cause, columns)}</td>
                ${others.map((column) => cell(column, cause))}
              </tr>`,
          )}
        </tbody>
      </table>
    </div>
  </div>`
}

/** Of an answer's stream the types are no channel's. */
function cell({rows, policy}: TriggerColumn, cause: Cause): Html {
  const row = rows.get(cause)
  if (row === undefined) return html`<td class="soft">${NONE}</td>`
  if (row.spoke === 0) return html`<td class="soft">${sayTrigger(row)}</td>`
  const types = policy === '' ? [] : [...row.types, ...sayFates(row)]
  return html`<td>
    <span class="line">${sayTrigger(row)}</span>
    ${types.map((type) => html`<span class="line soft">${type}</span>`)}
  </td>`
}

/** Where the product's own frame was measured: whether ours is as long. */
function sayLength(platform: string, cause: Cause, columns: readonly TriggerColumn[]): string {
  const {chars} = knownOf(platform, cause)
  const own = columns.find(({policy}) => policy === 'observed')?.rows.get(cause)
  if (chars === undefined || own === undefined || own.spoke === 0) return ''
  return own.bytes === chars ? '; ours is as long' : `; ours is ${own.bytes} long`
}

/** A paragraph for each platform, carriage and state: what spoke, and what did not. */
export function triggersInLines({triggers = []}: Pick<Summary, 'triggers'>): readonly string[] {
  return tablesOf(triggers).flatMap(({platform, columns}) =>
    columns
      .filter(({policy}) => policy !== '')
      .map(({title, rows}) => {
        const own = [...rows.values()]
        const silent = own.filter(({spoke}) => spoke === 0).map(({cause}) => cause)
        const said = own.filter(({spoke}) => spoke > 0).map((row) => `${row.cause} ${sayTrigger(row)}`)
        if (silent.length > 0) said.push(`nothing of: ${silent.join(', ')}`)
        return `${platform}, ${CHANNEL_OF[platform] ?? 'channel'}, ${title}: ${said.join('; ')}`
      }),
  )
}

export function triggersInMarkdown({triggers}: Pick<Summary, 'triggers'>): readonly string[] {
  if (triggers === undefined) return []
  return [
    '## What makes a channel speak',
    'At a tab that does nothing: bytes and median delay from the ledger to the browser, with 95 % intervals.',
    ...tablesOf(triggers).map(({platform, causes, columns}) => {
      const head = [`${platform}: trigger`, ...columns.map(({title}) => title), 'known of the product']
      const lines = causes.map((cause) => [
        cause,
        ...columns.map(({rows}) => {
          const row = rows.get(cause)
          return row === undefined ? NONE : [sayTrigger(row), sayTypes(row)].filter(Boolean).join(': ')
        }),
        sayKnown(platform, cause),
      ])
      return [head, head.map(() => '---'), ...lines].map((cells) => `| ${cells.join(' | ')} |`).join('\n')
    }),
  ]
}
