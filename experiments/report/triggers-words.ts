/** What a channel said of a trigger, in the same words for a terminal, Markdown, the README and HTML. */
import {CAUSES, goesOn, type Cause} from '../triggers/cause.ts'
import {knownOf} from '../triggers/known-wire.ts'
import {plural, sayMs, saySpread} from './format.ts'
import {inPlatformOrder} from './reading-order.ts'
import type {TriggerRow} from './triggers-in-numbers.ts'

/** `180 B after 3.1 ms [2.8, 3.6]`, `nothing within 3 s (0 of 5)`. */
export function sayTrigger({cause, times, spoke, delay, frames, bytes, silentMs}: TriggerRow): string {
  if (delay === null) return `nothing within ${sayMs(silentMs ?? 0)} (0 of ${times})`
  const after = `after ${saySpread(delay, delay.p50)}`
  const what = goesOn(cause)
    ? `${plural(frames, 'frame')} of ${bytes} B, each ${after}`
    : frames === 1
      ? `${bytes} B ${after}`
      : `${plural(frames, 'frame')}, ${bytes} B, the first ${after}`
  return spoke === times ? what : `${spoke} of ${times} times: ${what}`
}

const FATE_WORDS = {
  forwarded: 'handed to the pages',
  notification: 'notification shown',
  suppressed: 'no notification',
} as const

export const sayFates = ({fates}: TriggerRow): readonly string[] => fates.map((fate) => FATE_WORDS[fate])

/** Which types of frames, and what became of a push. Empty where nothing came. */
export const sayTypes = (row: TriggerRow): string =>
  [row.types.join(', '), ...sayFates(row)].filter(Boolean).join('; ')

export const sayKnown = (platform: string, cause: Cause): string => {
  const {says, source} = knownOf(platform, cause)
  return source === 'unknown' ? says : `${says} (${source})`
}

export type TriggerColumn = {
  readonly title: string
  readonly policy: string
  readonly rows: ReadonlyMap<Cause, TriggerRow>
}

/** Of one platform: a column for each carriage and state of the tab that does nothing, then the answers of who asked. */
export function columnsOf(rows: readonly TriggerRow[]): readonly TriggerColumn[] {
  const groups = Map.groupBy(rows, ({channel, policy, state}) =>
    JSON.stringify(channel === 'answer-stream' ? [channel] : [channel, policy, state]),
  )
  return [...groups.values()].flatMap((own) => {
    const [first] = own
    if (first === undefined) return []
    const {channel, policy, state} = first
    const isAnswer = channel === 'answer-stream'
    return [
      {
        title: isAnswer ? 'the tab that asked' : [policy, ...(state === 'hidden' ? [state] : [])].join(', '),
        policy: isAnswer ? '' : policy,
        // Of the answers' own stream the carriage changes nothing: that of the first is told.
        rows: new Map(own.filter((row) => row.policy === policy).map((row) => [row.cause, row])),
      },
    ]
  })
}

export const causesIn = (rows: readonly TriggerRow[]): readonly Cause[] =>
  CAUSES.filter((cause) => rows.some((row) => row.cause === cause))

export const CHANNEL_OF: Readonly<Record<string, string>> = {chatgpt: 'celsius', claude: 'FCM'}

/** A sentence for each platform: of what its own channel tells a visible tab that does nothing, as observed. */
export function triggerHeadlines(
  rows: readonly TriggerRow[],
): readonly {readonly platform: string; readonly text: string}[] {
  const observed = observedOf(rows)
  return inPlatformOrder(observed.map(({platform}) => platform)).map((platform) => {
    const own = observed.filter((row) => row.platform === platform)
    const spoken = own.filter(({spoke}) => spoke > 0)
    const silent = own.filter(({spoke}) => spoke === 0).map(({cause}) => cause)
    const complete = spoken.find(({cause}) => cause === 'turn complete')
    const said = `${CHANNEL_OF[platform] ?? 'The channel'} spoke of ${spoken.length} of ${own.length} things that happened`
    return {
      platform,
      text: [
        said + (complete === undefined ? '.' : `; of a complete turn with ${sayTrigger(complete)}.`),
        ...(silent.length === 0 ? [] : [`Nothing came of: ${silent.join(', ')}.`]),
      ].join(' '),
    }
  })
}

const observedOf = (rows: readonly TriggerRow[]): readonly TriggerRow[] =>
  rows.filter(
    ({policy, state, channel}) => policy === 'observed' && state === 'visible' && channel !== 'answer-stream',
  )

/** For a README: what ours says under `observed`, and what is known of the product. Empty where nothing was pulled. */
export function triggersMatrix(rows: readonly TriggerRow[] = []): string {
  const head = ['trigger', 'celsius (ChatGPT)', 'known of it', 'FCM (Claude.ai)', 'known of it']
  const observed = observedOf(rows)
  const on = (platform: string, cause: Cause) => {
    const row = observed.find((each) => each.platform === platform && each.cause === cause)
    return row === undefined ? ['–', '–'] : [sayTrigger(row), sayKnown(platform, cause)]
  }
  const lines = causesIn(observed).map((cause) => [cause, ...on('chatgpt', cause), ...on('claude', cause)])
  if (lines.length === 0) return ''
  return [head, head.map(() => '---'), ...lines].map((cells) => `| ${cells.join(' | ')} |`).join('\n')
}
