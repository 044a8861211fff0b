/** The findings of a run as two small tables for the README: staleness by policy and tab state, and latency. Pure. */
import {sayCalibration} from './calibration.ts'
import {saySpread, share} from './format.ts'
import {inPolicyOrder} from './reading-order.ts'
import type {Row, Summary} from './summary.ts'

const COLUMNS = [
  {name: 'visible', state: 'visible', place: 'same-browser'},
  {name: 'hidden', state: 'hidden', place: 'same-browser'},
  {name: 'throttled', state: 'throttled', place: 'same-browser'},
  {name: 'frozen', state: 'frozen', place: 'same-browser'},
  {name: 'visible, other device', state: 'visible', place: 'other-device'},
] as const

/** The README's rows of sync-latency: the fewest and the most observers, in front of a person. */
const README_TABS = new Set<unknown>([1, 7])

export function findingsMatrix({rows, calibration}: Summary): string {
  const staleness = rows.filter(({experiment}) => experiment === 'cross-tab-staleness')
  const latency = rows.filter(
    ({experiment, conditions}) =>
      experiment === 'sync-latency' &&
      conditions['state'] === 'visible' &&
      README_TABS.has(conditions['tabs']),
  )
  const instrument = sayCalibration(calibration).map((sentence) => `- ${sentence}`)
  return [
    stalenessTable(staleness),
    'How soon a message, and each token of a running answer, was on the screen of 1 and of 7 other visible tabs:',
    latencyTable(latency),
    'What the instrument was worth in that run:',
    instrument.join('\n'),
  ].join('\n\n')
}

function stalenessTable(rows: readonly Row[]): string {
  const policies = inPolicyOrder(new Set(rows.map(({policy}) => policy)))
  const lines = [...policies].map((policy) => {
    const cells = COLUMNS.map(({state, place}) => {
      const row = rows.find(
        (each) =>
          each.policy === policy && each.conditions['state'] === state && each.conditions['place'] === place,
      )
      return row === undefined ? '–' : sayRow(row)
    })
    return [`\`${policy}\``, ...cells]
  })
  return table(['policy', ...COLUMNS.map(({name}) => `B ${name}`)], lines)
}

/** What of the committed messages B showed within the window, how soon at the median, and what a return brought. */
function sayRow({shownInMain, expected, shownOnReturn, staleness}: Row): string {
  if (expected === 0) return 'not proved'
  if (shownInMain === expected && staleness !== null) {
    return `${share(shownInMain, expected)}, ${saySpread(staleness, staleness.p50)}`
  }
  const back = shownOnReturn === null ? '' : `; ${share(shownOnReturn, expected)} on return`
  return `**${share(shownInMain, expected)}**${back}`
}

function latencyTable(rows: readonly Row[]): string {
  const policies = [...inPolicyOrder(new Set(rows.map(({policy}) => policy)))]
  const lines = policies.flatMap((policy) =>
    rows
      .filter((row) => row.policy === policy)
      .map(({conditions, messageLatency, tokenLatency}) => [
        `\`${policy}\``,
        `${conditions['tabs']} ${conditions['state']}`,
        messageLatency === null ? '–' : saySpread(messageLatency, messageLatency.p50),
        tokenLatency === null ? '–' : saySpread(tokenLatency, tokenLatency.p50),
        tokenLatency === null ? '–' : saySpread(tokenLatency, tokenLatency.p99),
      ]),
  )
  return table(['policy', 'other tabs', 'message p50', 'token p50', 'token p99'], lines)
}

const table = (head: readonly string[], lines: readonly (readonly string[])[]): string =>
  [head, head.map(() => '---'), ...lines].map((cells) => `| ${cells.join(' | ')} |`).join('\n')
