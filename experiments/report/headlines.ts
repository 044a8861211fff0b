/** The findings in sentences: what every policy did, in which states it failed, and where the server's book misleads. */
import {sayCondition, sayConditions, splitConditions} from './conditions.ts'
import {plural, sayMs} from './format.ts'
import {hazardHeadlines} from './hazard-headlines.ts'
import {inPlatformOrder, inPolicyOrder} from './reading-order.ts'
import {isRecovering, sayRecoveries} from './recovery-headline.ts'
import {sectionsOf} from './sections.ts'
import type {Row, Summary} from './summary.ts'
import {triggerHeadlines} from './triggers-words.ts'

export type Headline = {
  /** Of the section, for links. */
  readonly id: string
  readonly title: string
  /** Null where the whole run is about one. */
  readonly platform: string | null
  readonly policy: string
  readonly text: string
}

export function headlines({rows, hazards, triggers = []}: Summary): readonly Headline[] {
  const platforms = new Set(rows.map(({platform}) => platform))
  const ofHazards = (hazards === undefined ? [] : hazardHeadlines(hazards)).map(
    ({platform, text}): Headline => ({
      id: 'hazards',
      title: 'hazards of a stale tab',
      platform: platforms.size > 1 ? platform : null,
      policy: 'observed',
      text,
    }),
  )
  const ofSections = sectionsOf({rows}).flatMap(({id, title, blocks}) => {
    const judged = blocks
      .flatMap((block) => block.rows)
      .filter((row) => row.cells.valid > 0 && (row.expected > 0 || isRecovering(row)))
    const byPolicy = Map.groupBy(judged, ({platform, policy}) => JSON.stringify([platform, policy]))
    return inPlatformOrder(judged.map(({platform}) => platform)).flatMap((platform) =>
      inPolicyOrder(judged.filter((row) => row.platform === platform).map(({policy}) => policy)).map(
        (policy): Headline => ({
          id,
          title,
          platform: platforms.size > 1 ? platform : null,
          policy,
          text: sayPolicy(byPolicy.get(JSON.stringify([platform, policy])) ?? []),
        }),
      ),
    )
  })
  const ofTriggers = triggerHeadlines(triggers).map(({platform, text}): Headline => ({
    id: 'triggers',
    title: 'triggers',
    platform: platforms.size > 1 ? platform : null,
    policy: 'observed',
    text,
  }))
  return [...ofSections, ...ofHazards, ...ofTriggers]
}

function sayPolicy(rows: readonly Row[]): string {
  const sum = (pick: (row: Row) => number | null) => rows.reduce((total, row) => total + (pick(row) ?? 0), 0)
  const cells = sum(({cells: {valid}}) => valid)
  const shows = sum(({observed}) => observed.shows)
  const nothing = sum(({observed}) => observed.nothing)
  const recovering = rows.filter(isRecovering)
  if (recovering.length > 0) return [...sayRecoveries(recovering), ...saySurprises(rows)].join(' ')

  const said = [sayWindow(rows, cells, shows, nothing)]

  const hidden = rows.filter(isDeliveredUnseen)
  if (hidden.length > 0) {
    const count = (pick: (row: Row) => number) => hidden.reduce((total, row) => total + pick(row), 0)
    const expected = count((row) => row.expected)
    const shown = count((row) => row.shownInMain)
    said.push(
      `${capital(sayStates(hidden, rows))}: the server's book says delivered ${count((row) => row.delivered.content)} of ${expected}, the tab showed ${shown} of ${expected}.`,
    )
  }

  const late = rows.filter(
    ({shownOnReturn, shownInMain, expected}) => shownOnReturn !== null && shownInMain < expected,
  )
  if (late.length > 0) {
    const expected = late.reduce((total, row) => total + row.expected, 0)
    const shown = late.reduce((total, row) => total + (row.shownOnReturn ?? 0), 0)
    said.push(
      shown === 0
        ? 'Coming back to the tab did not help.'
        : `When the person came back, ${shown === expected ? 'all' : shown} of the ${plural(expected, 'missing message')} ${expected === 1 ? 'was' : 'were'} there.`,
    )
  }

  const refreshed = rows.filter(({shownAfterRefresh}) => shownAfterRefresh !== null)
  if (refreshed.length > 0) {
    const expected = refreshed.reduce((total, row) => total + row.expected, 0)
    const shown = sum(({shownAfterRefresh}) => shownAfterRefresh)
    said.push(
      shown === expected
        ? 'After a refresh everything was there.'
        : `After a refresh only ${shown} of ${expected} were there.`,
    )
  }
  said.push(...rows.flatMap(sayPushRecovery))
  return [...said, ...saySurprises(rows)].join(' ')
}

function saySurprises(rows: readonly Row[]): string[] {
  const surprises = rows.reduce((total, row) => total + row.surprises, 0)
  return surprises > 0 ? [`SURPRISE in ${plural(surprises, 'cell')}.`] : []
}

/** What Chromium's own back-off cost, and whether anything was lost by it. */
function sayPushRecovery({conditions, pushRecovery, push}: Row): string[] {
  if (pushRecovery === undefined || push === undefined) return []
  const {linkBack} = pushRecovery
  const back =
    linkBack?.p50.valueMs == null
      ? 'the link stayed up'
      : `the browser's link was back after ${sayMs(linkBack.p50.valueMs)} (p50)`
  const wrong = push.doubled + push.reordered + push.stored - push.heard
  const heard = `${push.heard} of ${push.stored} pushes were heard${wrong === 0 ? ', once and in order' : ''}`
  return [`${capital(String(conditions['fault']))}: ${back}, ${heard}.`]
}

function sayWindow(rows: readonly Row[], cells: number, shows: number, nothing: number): string {
  const within = `within ${sayLimits(rows)}`
  const of = plural(cells, 'valid cell')
  if (nothing === cells)
    return `Nothing was shown ${within}, in ${cells === 1 ? 'the one valid cell' : `all ${of}`}.`
  if (shows === cells)
    return `Everything was shown ${within}, in ${cells === 1 ? 'the one valid cell' : `all ${of}`}${sayMedian(rows)}.`
  const failing = rows.filter(({observed}) => observed.nothing + observed.partly > 0)
  return `Everything was shown ${within} in ${shows} of ${of}${sayMedian(rows.filter((row) => !failing.includes(row)))}; not in ${sayStates(failing, rows)}.`
}

function sayLimits(rows: readonly Row[]): string {
  const limits = [...new Set(rows.flatMap(({staleness}) => (staleness === null ? [] : [staleness.limitMs])))]
  return limits.length === 0
    ? 'the window'
    : limits
        .toSorted((a, b) => a - b)
        .map(sayMs)
        .join(' or ')
}

function sayMedian(rows: readonly Row[]): string {
  const medians = rows.flatMap(({staleness}) =>
    staleness?.p50.valueMs == null ? [] : [staleness.p50.valueMs],
  )
  if (medians.length === 0) return ''
  const [least, most] = [Math.min(...medians), Math.max(...medians)]
  return least === most ? ` (median ${sayMs(least)})` : ` (medians from ${sayMs(least)} to ${sayMs(most)})`
}

const isDeliveredUnseen = ({expected, delivered, shownInMain}: Row) =>
  delivered.content >= expected && shownInMain < expected

const STATE_WORDS: Readonly<Record<string, string>> = {
  'all-hidden': 'browsers whose tabs are all hidden',
  'no-page': 'browsers without a page',
}

/** `frozen tabs; visible tabs (other device)`: the place is said where the state fares otherwise elsewhere. */
function sayStates(rows: readonly Row[], among: readonly Row[]): string {
  const byState = Map.groupBy(rows, ({conditions}) => String(conditions['state'] ?? 'all'))
  return [...byState]
    .map(([state, own]) => {
      const all = among.filter(({conditions}) => String(conditions['state'] ?? 'all') === state)
      const name = STATE_WORDS[state] ?? `${sayCondition('state', state)} tabs`
      if (own.length === all.length) return name
      const {varying} = splitConditions(all.map(({conditions}) => conditions))
      return `${name} (${own.map(({conditions}) => sayConditions(conditions, varying)).join(' or ')})`
    })
    .join('; ')
}

const capital = (text: string) => text.charAt(0).toUpperCase() + text.slice(1)
