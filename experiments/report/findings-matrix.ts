/** The findings of a run as two small tables for the README: staleness by policy and tab state, and latency. Pure. */
import {isModelled} from '../scenario/delivery.ts'
import {engineOf} from '../scenario/engine.ts'
import {sayCalibration} from './calibration.ts'
import {saySpread, share} from './format.ts'
import {inPlatformOrder, inPolicyOrder} from './reading-order.ts'
import type {Row, Summary} from './summary.ts'

const COLUMNS = [
  {name: 'visible', state: 'visible', place: 'same-browser'},
  {name: 'hidden', state: 'hidden', place: 'same-browser'},
  {name: 'throttled', state: 'throttled', place: 'same-browser'},
  {name: 'frozen', state: 'frozen', place: 'same-browser'},
  {name: 'and all other tabs hidden', state: 'all-hidden', place: 'same-browser'},
  {name: 'visible, other device', state: 'visible', place: 'other-device'},
  {name: 'hidden, other device', state: 'all-hidden', place: 'other-device'},
  {name: 'closed, other device', state: 'no-page', place: 'other-device'},
] as const

/** The README's rows of sync-latency: the fewest and the most observers, in front of a person. */
const README_TABS = new Set<unknown>([1, 7])

/** Measured rows only: what a delivery model has touched is in the report, under its own name. */
export function findingsMatrix({rows, calibration}: Summary): string {
  const measured = rows.filter(
    ({conditions}) => !isModelled(conditions) && engineOf({conditions}) === 'chromium',
  )
  const staleness = measured.filter(({experiment}) => experiment === 'cross-tab-staleness')
  const latency = measured.filter(
    ({experiment, conditions}) =>
      experiment === 'sync-latency' &&
      conditions['state'] === 'visible' &&
      README_TABS.has(conditions['tabs']),
  )
  const platforms = inPlatformOrder(measured.map(({platform}) => platform))
  const instrument = sayCalibration(calibration).map((sentence) => `- ${sentence}`)
  const tables = platforms.flatMap((platform) => {
    const own = staleness.filter((row) => row.platform === platform)
    if (own.length === 0) return []
    return [...(platforms.length > 1 ? [`On \`${platform}\`:`] : []), stalenessTable(own)]
  })
  return [
    ...tables,
    'How soon a message, and each token of a running answer, was on the screen of 1 and of 7 other visible tabs:',
    latencyTable(latency, platforms.length > 1),
    'What the instrument was worth in that run:',
    instrument.join('\n'),
  ].join('\n\n')
}

function stalenessTable(rows: readonly Row[]): string {
  const isThere = ({state, place}: (typeof COLUMNS)[number], {conditions}: Row) =>
    conditions['state'] === state && conditions['place'] === place
  const columns = COLUMNS.filter((column) => rows.some((row) => isThere(column, row)))
  const lines = inPolicyOrder(rows.map(({policy}) => policy)).map((policy) => {
    const cells = columns.map((column) => {
      const row = rows.find((each) => each.policy === policy && isThere(column, each))
      return row === undefined ? '–' : sayRow(row)
    })
    return [`\`${policy}\``, ...cells]
  })
  return table(['policy', ...columns.map(({name}) => `B ${name}`)], lines)
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

function latencyTable(rows: readonly Row[], namesPlatform: boolean): string {
  const lines = inPolicyOrder(rows.map(({policy}) => policy)).flatMap((policy) =>
    rows
      .filter((row) => row.policy === policy)
      .map(({platform, conditions, messageLatency, tokenLatency}) => [
        `\`${policy}\``,
        ...(namesPlatform ? [platform] : []),
        `${conditions['tabs']} ${conditions['state']}`,
        messageLatency === null ? '–' : saySpread(messageLatency, messageLatency.p50),
        tokenLatency === null ? '–' : saySpread(tokenLatency, tokenLatency.p50),
        tokenLatency === null ? '–' : saySpread(tokenLatency, tokenLatency.p99),
      ]),
  )
  const head = [
    'policy',
    ...(namesPlatform ? ['on'] : []),
    'other tabs',
    'message p50',
    'token p50',
    'token p99',
  ]
  return table(head, lines)
}

const table = (head: readonly string[], lines: readonly (readonly string[])[]): string =>
  [head, head.map(() => '---'), ...lines].map((cells) => `| ${cells.join(' | ')} |`).join('\n')
