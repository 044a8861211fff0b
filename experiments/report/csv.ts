/** The rows as CSV (RFC 4180), numbers bare, in milliseconds. An empty field was not measured or not reached. */
import {PUSH_LEGS} from '../checkers/push-samples.ts'
import {canonicalJson} from '../history/cell-id.ts'
import type {Quantile} from '../statistics/quantile.ts'
import type {Spread} from './measured.ts'
import type {Row, Summary} from './summary.ts'

type Field = string | number | null

export function csv({manifest, rows}: Summary): string {
  const lines = rows.map((row) => fieldsOf(manifest.runId, row))
  return sayLines(lines, Object.keys(fieldsOf(manifest.runId, null)))
}

/** What channels said of triggers, one line for each trigger, channel, policy and state. */
export function triggersCsv({
  manifest,
  triggers = [],
}: Pick<Summary, 'triggers'> & {readonly manifest: Pick<Summary['manifest'], 'runId'>}): string {
  const lines = triggers.map((row) => ({
    run: manifest.runId,
    platform: row.platform,
    trigger: row.cause,
    channel: row.channel,
    policy: row.policy,
    state: row.state,
    times: row.times,
    spoke: row.spoke,
    frames: row.frames,
    bytes: row.bytes,
    silent_ms: row.silentMs,
    types: row.types.join('; '),
    became: row.fates.join('; '),
    ...spreadFields('delay', row.delay),
  }))
  return sayLines(lines, [])
}

function sayLines(lines: readonly Readonly<Record<string, Field>>[], head: readonly string[]): string {
  const [first] = lines
  return [first === undefined ? head : Object.keys(first), ...lines.map((line) => Object.values(line))]
    .map((fields) => `${fields.map(sayField).join(',')}\r\n`)
    .join('')
}

function fieldsOf(runId: string, row: Row | null): Record<string, Field> {
  return {
    run: runId,
    experiment: row?.experiment ?? null,
    platform: row?.platform ?? null,
    policy: row?.policy ?? null,
    conditions: row && canonicalJson(row.conditions),
    cells: row?.cells.all ?? null,
    valid: row?.cells.valid ?? null,
    invalid: row?.cells.invalid ?? null,
    unknown: row?.cells.unknown ?? null,
    expected: row?.expected ?? null,
    delivered_content: row?.delivered.content ?? null,
    delivered_hint: row?.delivered.hint ?? null,
    delivered_completion: row?.delivered.completion ?? null,
    shown_in_window: row?.shownInMain ?? null,
    shown_on_return: row?.shownOnReturn ?? null,
    shown_after_refresh: row?.shownAfterRefresh ?? null,
    outcome: row?.outcome ?? null,
    surprises: row?.surprises ?? null,
    ...spreadFields('staleness', row?.staleness ?? null),
    ...spreadFields('message_latency', row?.messageLatency ?? null),
    ...spreadFields('token_latency', row?.tokenLatency ?? null),
    ...spreadFields('fresh_after_return', row?.freshAfterReturn ?? null),
    ...spreadFields('fresh_after_refresh', row?.freshAfterRefresh ?? null),
    pushes_stored: row?.push?.stored ?? null,
    pushes_acked: row?.push?.acked ?? null,
    pushes_heard: row?.push?.heard ?? null,
    pushes_dropped: row?.push?.dropped ?? null,
    pushes_doubled: row?.push?.doubled ?? null,
    pushes_reordered: row?.push?.reordered ?? null,
    ...Object.assign(
      {},
      ...PUSH_LEGS.map((leg) =>
        spreadFields(`push ${leg}`.replaceAll(/[^a-z]+/g, '_'), row?.push?.legs[leg] ?? null),
      ),
    ),
    ...spreadFields('link_back', row?.pushRecovery?.linkBack ?? null),
    ...spreadFields('all_heard', row?.pushRecovery?.allHeard ?? null),
    tabs: row?.recoveries?.tabs ?? null,
    recovery_expected: row?.recoveries?.expected ?? null,
    lost: row?.recoveries?.lost ?? null,
    doubled: row?.recoveries?.doubled ?? null,
    reordered: row?.recoveries?.reordered ?? null,
    attempts: row?.recoveries?.attempts ?? null,
    false_alarms: row?.recoveries?.falseAlarms ?? null,
    status_polls: row?.recoveries?.polls ?? null,
    readings: row?.recoveries?.reads ?? null,
    resumes: row?.recoveries?.resumes ?? null,
    bytes_again: row?.recoveries?.bytesAgain ?? null,
    sent_twice: row?.recoveries?.sentTwice ?? null,
    said_complete: row?.recoveries?.saidComplete ?? null,
    exact: row?.recoveries?.exact.yes ?? null,
    exact_of: row?.recoveries?.exact.of ?? null,
    drafts_kept: row?.recoveries?.drafts?.kept ?? null,
    drafts_of: row?.recoveries?.drafts?.of ?? null,
    found_by_position: row?.recoveries?.stale?.byPosition?.count ?? null,
    found_by_ping: row?.recoveries?.stale?.byPing ?? null,
    frozen_tabs: row?.recoveries?.stale?.of ?? null,
    ...spreadFields('time_to_detect', row?.recoveries?.detect ?? null),
    ...spreadFields('time_to_reconnect', row?.recoveries?.reconnect ?? null),
    ...spreadFields('time_to_fresh', row?.recoveries?.fresh ?? null),
    hazard_shown: row?.hazard?.shown.count ?? null,
    hazard_of: row?.hazard?.shown.of ?? null,
    hazard_share_lower: row?.hazard?.shown.interval.lower ?? null,
    hazard_share_upper: row?.hazard?.shown.interval.upper ?? null,
    ...medianFields('hazard_send_ms', row?.hazard?.sendMs ?? null),
    ...medianFields('hazard_requests', row?.hazard?.requests ?? null),
    ...medianFields('hazard_answer_bytes', row?.hazard?.answerBytes ?? null),
  }
}

const medianFields = (name: string, median: Quantile | null): Record<string, Field> => ({
  [`${name}_p50`]: median?.value ?? null,
  [`${name}_p50_lower`]: median?.interval.lower ?? null,
  [`${name}_p50_upper`]: median?.interval.upper ?? null,
})

function spreadFields(name: string, spread: Spread | null): Record<string, Field> {
  const quantiles = (['p50', 'p95', 'p99'] as const).flatMap((p) => [
    [`${name}_${p}_ms`, spread?.[p].valueMs ?? null],
    [`${name}_${p}_lower_ms`, spread?.[p].lowerMs ?? null],
    [`${name}_${p}_upper_ms`, spread?.[p].upperMs ?? null],
  ])
  return {
    [`${name}_samples`]: spread?.count ?? null,
    [`${name}_censored`]: spread?.censored ?? null,
    ...Object.fromEntries(quantiles),
  }
}

function sayField(field: Field): string {
  if (field === null) return ''
  if (typeof field === 'number') return String(Number(field.toFixed(4)))
  return /[",\r\n]/.test(field) ? `"${field.replaceAll('"', '""')}"` : field
}
