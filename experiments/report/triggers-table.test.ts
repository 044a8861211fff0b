/** What is said of triggers: the same numbers for a terminal, Markdown, the README and HTML. */
import {describe, expect, test} from 'vitest'
import {aCell} from '../history/history-builder.ts'
import type {CausedFrame, TriggerFinding} from '../triggers/trigger-finding.ts'
import {triggersCsv} from './csv.ts'
import {triggersInNumbers, type PulledCell} from './triggers-in-numbers.ts'
import {triggersInLines, triggersInMarkdown, triggersSection} from './triggers-table.ts'
import {sayTrigger, sayTypes, triggerHeadlines, triggersMatrix} from './triggers-words.ts'

const frame = (afterMs: number, about: Partial<CausedFrame> = {}): CausedFrame => ({
  type: 'conversation-turn-complete',
  bytes: 180,
  afterMs,
  line: 9,
  fate: null,
  ...about,
})
const finding = (cause: TriggerFinding['cause'], ...frames: readonly CausedFrame[]): TriggerFinding => ({
  cause,
  channel: 'celsius',
  line: 1,
  moments: 1,
  frames,
  watchedMs: 3_000,
})
const cell = (...triggers: readonly TriggerFinding[]): PulledCell => ({
  cell: {...aCell, experiment: 'triggers', conditions: {state: 'visible'}},
  validity: 'valid',
  triggers,
})
const rowsOf = (...findings: readonly TriggerFinding[]) =>
  triggersInNumbers(findings.map((each) => cell(each)))
const said = (...findings: readonly TriggerFinding[]) => rowsOf(...findings).map(sayTrigger)

describe('[TG26] a trigger is told', () => {
  test('with bytes and delay where it speaks, and with how long nothing came where it does not', () => {
    expect(said(finding('turn complete', frame(3)))).toEqual(['180 B after 3 ms (n = 1)'])
    expect(said(finding('message sent'), finding('message sent'))).toEqual(['nothing within 3 s (0 of 2)'])
  })

  test('as silent only by those that were watched at least half as long as the longest', () => {
    const cut = {...finding('message sent'), watchedMs: 40}
    expect(said(finding('message sent'), cut)).toEqual(['nothing within 3 s (0 of 1)'])
    expect(said(finding('message sent', frame(2)), cut)).toEqual(['1 of 2 times: 180 B after 2 ms (n = 1)'])
  })

  test('with an interval of several, and with how often', () => {
    const times = [2, 3, 4].map((afterMs) => finding('turn complete', frame(afterMs)))
    expect(said(...times)).toEqual(['180 B after 3 [2, 4] ms'])
    expect(said(...times, finding('turn complete'))).toEqual(['3 of 4 times: 180 B after 3 [2, 4] ms'])
  })

  test('with all its frames, of which the first is timed; of an answer each is', () => {
    const two = [frame(1), frame(5, {type: 'other', bytes: 20})]
    expect(said(finding('task done', ...two))).toEqual(['2 frames, 200 B, the first after 1 ms (n = 1)'])
    expect(said(finding('answer goes on', frame(2), frame(2)))).toEqual([
      '2 frames of 180 B, each after 2 [2, 2] ms',
    ])
  })

  test('with what became of a push', () => {
    const [row] = rowsOf(
      finding('turn complete', frame(9, {type: 'OpenChat (completion)', fate: 'notification'})),
    )
    expect(row && sayTypes(row)).toBe('OpenChat (completion); notification shown')
  })
})

test('a cell that cannot be believed counts nowhere', () => {
  const invalid = {...cell(finding('turn complete', frame(3))), validity: 'invalid'} as const
  expect(triggersInNumbers([invalid, {...invalid, validity: 'unknown'}])).toEqual([])
})

test('every form has the same numbers, in the order of the triggers', () => {
  const triggers = rowsOf(finding('turn complete', frame(3)), finding('message sent'))
  expect(triggers.map(({cause}) => cause)).toEqual(['message sent', 'turn complete'])
  const page = triggersSection({triggers})?.html ?? ''
  const readme = triggersMatrix(triggers)
  for (const text of [page, readme, triggersInMarkdown({triggers}).join('\n')]) {
    expect(text).toContain('180 B after 3 ms (n = 1)')
    expect(text).toContain('nothing within 3 s (0 of 1)')
    expect(text).toContain('of 180 characters (measured)')
  }
  expect(page).toContain('ours is as long')
  expect(triggerHeadlines(triggers)).toEqual([
    {
      platform: 'chatgpt',
      text: 'celsius spoke of 1 of 2 things that happened; of a complete turn with 180 B after 3 ms (n = 1). Nothing came of: message sent.',
    },
  ])
  expect(triggersInLines({triggers})).toEqual([
    'chatgpt, celsius, observed: turn complete 180 B after 3 ms (n = 1); nothing of: message sent',
  ])
})

test('as CSV there is a line for each trigger, with bare numbers', () => {
  const [head = '', line = ''] = triggersCsv({
    manifest: {runId: 'run-1'},
    triggers: rowsOf(finding('turn complete', frame(3))),
  }).split('\r\n')
  const fields = Object.fromEntries(head.split(',').map((name, index) => [name, line.split(',')[index]]))
  expect(fields).toMatchObject({
    run: 'run-1',
    trigger: 'turn complete',
    times: '1',
    bytes: '180',
    delay_p50_ms: '3',
  })
})

test('where nothing was pulled nothing is said', () => {
  expect([triggersSection({}), triggersInLines({}), triggersInMarkdown({}), triggersMatrix()]).toEqual([
    null,
    [],
    [],
    '',
  ])
})
