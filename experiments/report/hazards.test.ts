import {existsSync, mkdirSync, readFileSync, rmSync, writeFileSync} from 'node:fs'
import {join} from 'node:path'
import {afterEach, describe, expect, test} from 'vitest'
import {cellId} from '../history/cell-id.ts'
import {book, health, historyOf, holds, lifecycle, opens, says, step} from '../history/history-builder.ts'
import type {History} from '../history/history-event.ts'
import type {RunFolder} from '../history/run-folder.ts'
import type {Prediction} from '../scenario/experiment.ts'
import {hazardsMatrix} from './hazards-matrix.ts'
import {HAZARD_COLUMNS, sayMore} from './hazards-in-words.ts'
import {markdown} from './markdown.ts'
import {recordRun} from './run-builder.ts'
import {summarise} from './summarise.ts'
import {toldInLines, verdictInJson} from './told-in-words.ts'

/** A's request is made as whoever this is; as `v` the hazard shows. */
function cell(
  as: 'disease' | 'cure' | 'matrix',
  asked: 'u' | 'v',
  repetition: number,
  requests = 1,
): History {
  const spec = {
    experiment: 'stale-read',
    platform: 'chatgpt',
    policy: 'observed',
    conditions: {hazard: 'sent as another account', as, rule: 'fork', guards: 'none', habits: 'none'},
    seed: 'seed',
    repetition,
  }
  const told = [
    ...[
      {tab: 'A', userId: 'u'},
      {tab: 'B', userId: 'v'},
    ].flatMap(({tab, userId}) => [
      opens(10, tab, {userId}),
      lifecycle(11, tab, 'loaded', 'visible'),
      holds(12, tab, 'visible'),
    ]),
    step(100, 2, 'send', 'began', {tab: 'A'}),
    says(105, 'A', {kind: 'acted', act: 'sent', messageId: 'm1', parentId: 'root'}),
    ...Array.from({length: requests}, (_, n) =>
      book(110 + n, {
        kind: 'asked',
        userId: asked,
        tab: 'A',
        what: 'send',
        conversationId: 'c',
        status: 200,
        bytes: 1_000,
      }),
    ),
    step(200, 2, 'send', 'ended', {tab: 'A'}),
    health(300),
  ]
  return historyOf(told, {cell: spec, cellId: cellId(spec)})
}

const predict = (hazard: NonNullable<Prediction['hazard']>): Prediction => ({
  main: 'either',
  return: null,
  refresh: null,
  hazard,
  because: 'so it is',
})
const predictionOf = ({conditions}: {readonly conditions: History['header']['cell']['conditions']}) =>
  predict(conditions['as'] === 'cure' ? 'absent' : 'shows')

const folders: RunFolder[] = []
afterEach(() => {
  for (const {root} of folders.splice(0)) rmSync(root, {recursive: true})
})
function record(...histories: readonly History[]): RunFolder {
  const folder = recordRun(histories, {experiments: ['stale-read']})
  folders.push(folder)
  return folder
}
const sound = () => [
  cell('disease', 'v', 1),
  cell('disease', 'v', 2),
  cell('cure', 'u', 1, 3),
  cell('cure', 'u', 2, 3),
  cell('matrix', 'u', 1),
]
const pictureIn = (folder: RunFolder, {header}: History, kind = 'svg') =>
  join(folder.artifacts, header.cellId, `counter-example.${kind}`)

describe('the table of hazards', () => {
  test('says how often each showed, with its exact interval, and what the cure costs a cell', async () => {
    const {summary, exitCode} = await summarise(record(...sound()).root, predictionOf)
    const [row] = summary.hazards!.rows
    expect(HAZARD_COLUMNS.map(({say}) => say(row!))).toEqual([
      'sent as another account',
      'chatgpt',
      '2 of 2 [15.8, 100 %]',
      'a login of each tab',
      '0 of 2 [0, 84.2 %]',
      '–',
      '+2 [2, 2]',
      '+2 [2, 2] kB',
    ])
    expect(summary.hazards!.matrix).toMatchObject([{rule: 'fork', remedy: 'none', shown: 0, of: 1}])
    expect(exitCode).toBe(0)
  })

  test('a send that the cure refuses is not said to be quick', () => {
    const of = {count: 20, of: 20, share: 1, interval: {lower: 0.83, upper: 1}}
    const some = {shown: of, requests: null, answerBytes: null}
    const sendMs = {p: 0.5, value: 9, interval: {lower: 8, upper: 10}, count: 20}
    const row = {hazard: 'silent fork', platform: 'claude', cureInWords: 'x'} as const
    const more = {sendMs: null, requests: null, answerBytes: null}
    expect(sayMore('sendMs', {...row, disease: {...some, sendMs}, cure: {...some, sendMs: null}, more})).toBe(
      'not sent',
    )
    expect(
      sayMore('sendMs', {...row, disease: {...some, sendMs: null}, cure: {...some, sendMs: null}, more}),
    ).toBe('–')
  })

  test('stands in Markdown, in the CSV, in the README and at the head of the findings', async () => {
    const folder = record(...sound())
    const {summary, told} = await summarise(folder.root, predictionOf)
    const [example] = [...told.values()][0]!.examples
    const readme = hazardsMatrix(summary, example!)
    for (const text of [markdown(summary), readme]) expect(text).toContain('2 of 2 [15.8, 100 %]')
    expect(readme).toContain('> A was opened by the first account')
    expect(markdown(summary)).toContain('1 of 1 hazards showed in every cell that plays them.')
    expect(readFileSync(folder.summaryCsv, 'utf8')).toMatch(/hazard_shown/)
  })
})

describe('[CX8] counter-examples of a run', () => {
  test('every cell in which a hazard showed has its words and its picture, and no other', async () => {
    const all = sound()
    const folder = record(...all)
    await summarise(folder.root, predictionOf)
    for (const history of all) {
      const isShown = history.header.cell.conditions['as'] === 'disease'
      expect(existsSync(pictureIn(folder, history))).toBe(isShown)
      expect(existsSync(pictureIn(folder, history, 'txt'))).toBe(isShown)
    }
    const svg = readFileSync(pictureIn(folder, all[0]!), 'utf8')
    expect(svg).toMatch(/^<svg [^>]*><style>\s*:root \{/)
    expect(readFileSync(pictureIn(folder, all[0]!, 'txt'), 'utf8')).toMatch(/Proved by the lines \d+, \d+ of/)
  })

  test('what an earlier judgement told and the history does not is taken away, and nothing else', async () => {
    const [, , cured] = sound()
    const folder = record(cured!)
    await summarise(folder.root, predictionOf)
    const place = join(folder.artifacts, cured!.header.cellId)
    mkdirSync(place, {recursive: true})
    for (const name of ['counter-example.svg', 'frames.jsonl']) writeFileSync(join(place, name), '')
    await summarise(folder.root, predictionOf)
    expect(existsSync(join(place, 'counter-example.svg'))).toBe(false)
    expect(existsSync(join(place, 'frames.jsonl'))).toBe(true)
  })

  test('a surprise is told first, and one of each hazard after it', async () => {
    const {told, judgements} = await summarise(record(...sound(), cell('cure', 'v', 3)).root, predictionOf)
    const lines = toldInLines(told)
    expect(lines[1]).toMatch(/^SURPRISE sent as another account \(HZ15\) on chatgpt/)
    expect(lines.filter((line) => line.startsWith('sent as another account'))).toHaveLength(1)
    const json = judgements.map((judgement) => verdictInJson(judgement, told))
    expect(json.filter(({counterExamples}) => counterExamples.length > 0)).toHaveLength(3)
  })

  test('the report has the words in the open and the drawing behind a button, where the keyboard reaches it', async () => {
    const folder = record(...sound())
    await summarise(folder.root, predictionOf)
    const page = readFileSync(folder.report, 'utf8')
    expect(page).toContain('<a href="#hazards">')
    expect(page).toMatch(/<p>\s*A was opened by the first account/)
    expect(page).toMatch(
      /<details>\s*<summary>Space–time diagram<\/summary>\s*<div class="scroll" tabindex="0" role="region"/,
    )
  })
})
