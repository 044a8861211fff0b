/**
 * Reads steps that stand in a history as data. Here they are decoded, once; what they mean together is `replay/sense.ts`.
 * Rule RP8.
 */
import * as v from 'valibot'
import {TRIGGERS, type Step} from '../scenario/step.ts'
import {TAB_STATES} from './history-event.ts'

const MAX_MS = 3_600_000
const MAX_COUNT = 100_000

const name = v.pipe(
  v.string('a name'),
  v.regex(/^[\w+-]{1,64}$/, 'a name of letters, digits, "_", "+" and "-"'),
)
const names = v.pipe(v.array(name, 'a list of names'), v.readonly())
const text = v.pipe(v.string('a text'), v.minLength(1, 'a text'), v.maxLength(200, 'at most 200 characters'))
const millis = v.pipe(
  v.number('a number of milliseconds'),
  v.minValue(0, 'at least 0 ms'),
  v.maxValue(MAX_MS, 'at most an hour'),
)
const count = v.pipe(
  v.number('a whole number'),
  v.integer('a whole number'),
  v.minValue(0, 'at least 0'),
  v.maxValue(MAX_COUNT, `at most ${MAX_COUNT}`),
)
const state = v.picklist(TAB_STATES, TAB_STATES.join(', '))

const of = <Do extends Step['do'], Entries extends v.ObjectEntries>(what: Do, entries: Entries) =>
  v.strictObject({do: v.literal(what), ...entries})

const step = v.variant('do', [
  of('open', {tab: name, device: name, state, account: v.exactOptional(v.literal(2, '2'))}),
  of('hold', {tab: name, state}),
  of('send', {tab: name, words: count}),
  of('begin', {}),
  of('commit', {tabs: names, count, everyMs: millis}),
  of('beacons', {tab: name, count, everyMs: millis}),
  of('rival', {tabs: names, count, everyMs: millis}),
  of('watch', {tabs: names, window: v.picklist(['main', 'return', 'refresh'] as const), upToMs: millis}),
  of('return', {tab: name}),
  of('close', {tab: name}),
  of('reopen', {tab: name}),
  of('stop-worker', {device: name}),
  of('write', {count, everyMs: millis}),
  of('age-link', {device: name, toMs: millis}),
  of('withhold', {forMs: millis}),
  of('break-push', {
    how: v.picklist(['cut-link', 'kill-back-end', 'restart-api'] as const),
    device: name,
  }),
  of('await-pushes', {upToMs: millis}),
  of('quit-browser', {device: name}),
  of('start-browser', {device: name}),
  of('faults', {}),
  of('heal', {}),
  of('recover', {tabs: names, upToMs: millis}),
  of('await-answer', {tab: name, chars: count, upToMs: millis}),
  of('type', {tab: name, words: count}),
  of('crash', {tab: name}),
  of('duplicate', {tab: name, as: name}),
  of('kill-browser', {device: name}),
  of('end-shared-worker', {device: name}),
  of('rename', {tab: name, words: count}),
  of('delete', {tab: name}),
  of('choose-model', {tab: name, model: text}),
  of('stop', {tab: name}),
  of('edit', {tab: name, words: count}),
  of('regenerate', {tab: name}),
  of('send-together', {tabs: names, words: count}),
  of('decide', {tab: name, choice: v.picklist(['show', 'send-anyway'] as const)}),
  of('settle', {upToMs: millis}),
  of('await-writing', {tab: name, isWriting: v.boolean('true or false'), upToMs: millis}),
  of('pause', {forMs: millis}),
  of('trigger', {trigger: v.picklist(TRIGGERS, TRIGGERS.join(', ')), tab: v.nullable(name)}),
  of('refresh', {tab: name}),
  of('read', {tabs: names, label: text}),
])

export const STEP_NAMES: readonly Step['do'][] = step.options.map(({entries}) => entries.do.literal)

export type ScriptRead =
  | {readonly ok: true; readonly script: readonly Step[]}
  | {readonly ok: false; readonly why: string}

export function readScript(value: unknown): ScriptRead {
  const result = v.safeParse(v.array(step, 'a list of steps'), value, {abortEarly: true})
  if (result.success) return {ok: true, script: result.output}
  return {ok: false, why: sentence(result.issues[0], value)}
}

function sentence(issue: v.BaseIssue<unknown>, value: unknown): string {
  const [entry, ...path] = issue.path ?? []
  if (entry === undefined) return `the script is ${issue.received}; it takes a list of steps`
  const place = path.map(({key}) => String(key)).join('.') || 'it'
  return `step ${Number(entry.key) + 1} of the script${nameOf(value, Number(entry.key))}: ${complaint(issue, place)}`
}

function nameOf(script: unknown, index: number): string {
  const named: unknown = Array.isArray(script) ? script[index] : null
  const what = typeof named === 'object' && named !== null && 'do' in named ? named.do : null
  return STEP_NAMES.some((known) => known === what) ? ` (${String(what)})` : ''
}

function complaint({type, expected, received, message}: v.BaseIssue<unknown>, place: string): string {
  if (type === 'strict_object' && expected === 'never') return `${place} means nothing here`
  if (received === 'undefined') return `${place} is missing`
  if (place === 'do') return `the step ${received} is unknown; accepted are ${STEP_NAMES.join(', ')}`
  if (expected === 'Object') return `${place} is ${received}; it takes an object`
  return `${place} is ${received}; it takes ${message.startsWith('Invalid') ? expected : message}`
}
