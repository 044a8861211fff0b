/** What a channel said of each trigger, over all cells that can be believed. Rule TG26. */
import type {CellJudgement} from '../checkers/judge.ts'
import {CAUSES, goesOn, type Cause} from '../triggers/cause.ts'
import type {PushFate, TriggerFinding} from '../triggers/trigger-finding.ts'
import {spreadOf, type Spread} from './measured.ts'
import {inPlatformOrder, inPolicyOrder} from './reading-order.ts'

export type TriggerRow = {
  readonly platform: string
  readonly cause: Cause
  readonly channel: TriggerFinding['channel']
  readonly policy: string
  /** Of the tab that does nothing. */
  readonly state: string
  /** How often it happened, and how often something came of it. */
  readonly times: number
  readonly spoke: number
  /** From the trigger to what came first; of an answer that goes on, to each. Null where nothing ever came. */
  readonly delay: Spread | null
  /** Medians over the times that something came: how many frames, and all their bytes. Of an answer, bytes a frame. */
  readonly frames: number
  readonly bytes: number
  /** Median of how long nothing came, where nothing came. */
  readonly silentMs: number | null
  /** In the order in which they came first. */
  readonly types: readonly string[]
  readonly fates: readonly PushFate[]
}

export type PulledCell = Pick<CellJudgement, 'cell' | 'validity' | 'triggers'>

export function triggersInNumbers(judgements: readonly PulledCell[]): readonly TriggerRow[] {
  const valid = judgements.filter(({validity, triggers}) => validity === 'valid' && triggers.length > 0)
  const platforms = inPlatformOrder(valid.map(({cell}) => cell.platform))
  const policies = inPolicyOrder(valid.map(({cell}) => cell.policy))
  const found = valid.flatMap(({cell: {platform, policy, conditions}, triggers}) =>
    triggers.map((finding) => ({platform, policy, state: String(conditions['state'] ?? ''), finding})),
  )
  const rows = Map.groupBy(found, ({platform, policy, state, finding: {cause, channel}}) =>
    JSON.stringify([platform, channel, policy, state, cause]),
  )
  const place = ({platform, channel, policy, state, cause}: TriggerRow) => [
    platforms.indexOf(platform),
    Number(channel === 'answer-stream'),
    policies.indexOf(policy),
    Number(state === 'hidden'),
    CAUSES.indexOf(cause),
  ]
  return [...rows.values()]
    .map((own) => rowOf(own))
    .toSorted((a, b) => {
      const [left, right] = [place(a), place(b)]
      return left.map((at, index) => at - (right[index] ?? 0)).find((difference) => difference !== 0) ?? 0
    })
}

type Found = Pick<TriggerRow, 'platform' | 'policy' | 'state'> & {readonly finding: TriggerFinding}

function rowOf(own: readonly Found[]): TriggerRow {
  const [first] = own
  if (first === undefined) throw new TypeError('a row without a trigger')
  const {platform, policy, state} = first
  const {cause, channel} = first.finding
  const findings = longWatched(own.map(({finding}) => finding))
  const spoke = findings.filter(({frames}) => frames.length > 0)
  const isStream = goesOn(cause)
  const timed = spoke.flatMap(({frames}) => (isStream ? frames : frames.slice(0, 1)))
  const all = spoke.flatMap(({frames}) => frames)
  return {
    platform,
    cause,
    channel,
    policy,
    state,
    times: findings.length,
    spoke: spoke.length,
    delay: spreadOf(
      timed.map(({afterMs}) => ({valueMs: afterMs, censored: false})),
      0,
    ),
    frames: median(spoke.map(({frames}) => frames.length)) ?? 0,
    bytes: median(isStream ? all.map(({bytes}) => bytes) : spoke.map(({frames}) => total(frames))) ?? 0,
    silentMs: median(findings.filter(({frames}) => frames.length === 0).map(({watchedMs}) => watchedMs)),
    types: [...new Set(all.map(({type}) => type))],
    fates: [...new Set(all.flatMap(({fate}) => (fate === null ? [] : [fate])))],
  }
}

/** A turn that was stopped at once does not show that nothing comes of a message: half of the longest watch is asked for. */
function longWatched(findings: readonly TriggerFinding[]): readonly TriggerFinding[] {
  const silent = findings.filter(({frames}) => frames.length === 0)
  const longest = Math.max(0, ...silent.map(({watchedMs}) => watchedMs))
  return findings.filter(({frames, watchedMs}) => frames.length > 0 || watchedMs * 2 >= longest)
}

const total = (frames: TriggerFinding['frames']): number => frames.reduce((sum, {bytes}) => sum + bytes, 0)

/** The lower one of two in the middle: one that there was. */
function median(values: readonly number[]): number | null {
  return values.toSorted((a, b) => a - b)[Math.floor((values.length - 1) / 2)] ?? null
}
