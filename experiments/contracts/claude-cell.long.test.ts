/**
 * One cell on Claude.ai as a person would run it, with every part real: a stock Chromium, the push back end, Firebase on
 * either side. What it proves of itself, and that nothing is left of it.
 */
import {execFile} from 'node:child_process'
import {mkdtempSync, readdirSync, rmSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {promisify} from 'node:util'
import {afterAll, beforeAll, describe, expect, test} from 'vitest'
import type {CellJudgement} from '../checkers/judge.ts'
import {pushesOf} from '../checkers/push-milestones.ts'
import type {History} from '../history/history-event.ts'
import {readHistory} from '../history/history-reader.ts'
import {judgeRun} from '../report/summarise.ts'
import {predictionOf} from '../scenarios/registry.ts'
import {findBrowser} from '../setup/find-browser.js'
import {inProject} from '../setup/project.js'

const browserPath = await findBrowser()
const out = mkdtempSync(join(tmpdir(), 'tabwitness-claude-test-'))
afterAll(() => rmSync(out, {recursive: true, force: true, maxRetries: 5}))

const RUN =
  'run cross-tab-staleness --suite quick --platform claude --policy content --window-ms 2000 --speed 8 --quiet'

describe.skipIf(browserPath === null)('cells on Claude.ai', () => {
  let judged: readonly CellJudgement[]
  let histories: ReadonlyMap<string, History>
  const of = (state: string) => {
    const judgement = judged.find(({cell}) => cell.conditions['state'] === state)
    const history = histories.get(judgement?.cellId ?? '')
    if (judgement === undefined || history === undefined) throw new TypeError(`no cell is ${state}`)
    return {judgement, history, pushes: pushesOf(history)}
  }

  beforeAll(async () => {
    const args = [
      ...RUN.split(' '),
      '--state',
      'visible,no-page',
      '--out',
      out,
      '--browser-path',
      browserPath ?? '',
    ]
    await promisify(execFile)(process.execPath, [inProject('experiments/cli.ts'), ...args])
    const root = join(out, readdirSync(out)[0] ?? '')
    judged = judgeRun(root, predictionOf).judgements
    histories = new Map(
      judged.flatMap(({cellId}) => {
        const read = readHistory(join(root, 'cells', `${cellId}.jsonl`))
        return read.ok ? [[cellId, read.history]] : []
      }),
    )
  }, 60_000)

  test('[P2] every cell is valid and as predicted', () => {
    expect(
      judged.map(({validity, outcome, whyNot, surprises}) => [validity, outcome, whyNot, surprises]),
    ).toEqual(judged.map(() => ['valid', 'as predicted', [], []]))
  })

  test('[HI8] a push has all its milestones, from the wish to send it to the screen of a tab', () => {
    const whole = of('visible').pushes.filter(({shownByTab}) => shownByTab.length > 0)
    expect(whole.length).toBeGreaterThan(0)
    for (const {asked, accepted, stored, sent, acked, heardByWorker, heardByTab, shownByTab} of whole) {
      const [first] = sent
      const [worker] = heardByWorker
      const milestones = [asked, accepted, stored, first, worker, heardByTab[0], shownByTab[0]]
      expect(milestones.every((stamp) => stamp !== null && stamp !== undefined)).toBe(true)
      expect(acked).not.toBeNull()
      expect(worker?.clockErrorMs).toBeLessThanOrEqual(2)
    }
  })

  test('[P5] without a page the service worker alone hears, from a cold start, and no window is told', () => {
    const {history, pushes} = of('no-page')
    const lists = history.events.filter((event) => event.kind === 'census' && event.device === 'device-2')
    expect(lists[0]).toMatchObject({windows: 0, workers: 0})
    const here = pushes.filter(({device}) => device === 'device-2')
    expect(here.length).toBeGreaterThan(0)
    expect(
      here.every(({heardByWorker, heardByTab}) => heardByWorker.length === 1 && heardByTab.length === 0),
    ).toBe(true)
  })

  test('[LE4] nothing secret is in a history', () => {
    const text = JSON.stringify([...histories.values()])
    expect(text).not.toMatch(/APA91b|Bearer|p256dh|"auth"/)
  })
})
