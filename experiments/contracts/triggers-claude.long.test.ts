/**
 * What makes FCM speak to a browser whose windows are all hidden, as a person would run it: a stock Chromium, the push back
 * end, Firebase on either side. And that the frames which are kept have nothing secret in them.
 */
import {execFile} from 'node:child_process'
import {globSync, mkdtempSync, readdirSync, readFileSync, rmSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {promisify} from 'node:util'
import {afterAll, beforeAll, describe, expect, test} from 'vitest'
import type {CellJudgement} from '../checkers/judge.ts'
import {judgeRun} from '../report/summarise.ts'
import {predictionOf} from '../scenarios/registry.ts'
import {findBrowser} from '../setup/find-browser.js'
import {inProject} from '../setup/project.js'
import {redactTokens} from '../triggers/redact-tokens.ts'

const browserPath = await findBrowser()
const out = mkdtempSync(join(tmpdir(), 'tabwitness-triggers-test-'))
afterAll(() => rmSync(out, {recursive: true, force: true, maxRetries: 5}))

const RUN =
  'run triggers --suite full --repetitions 1 --platform claude --policy observed --state hidden --quiet'

describe.skipIf(browserPath === null)('triggers on Claude.ai', () => {
  let judged: readonly CellJudgement[]
  let frames = ''

  beforeAll(async () => {
    const args = [...RUN.split(' '), '--window-ms', '1000', '--out', out, '--browser-path', browserPath ?? '']
    await promisify(execFile)(process.execPath, [inProject('experiments/cli.ts'), ...args])
    const root = join(out, readdirSync(out)[0] ?? '')
    judged = judgeRun(root, predictionOf).judgements
    frames = globSync(`${root}/artifacts/*/frames.jsonl`)
      .map((file) => readFileSync(file, 'utf8'))
      .join('')
  }, 180_000)

  test('[TG27] every cell is valid and as predicted', () => {
    expect(judged.map(({validity, whyNot, surprises}) => [validity, whyNot, surprises])).toEqual(
      judged.map(() => ['valid', [], []]),
    )
  })

  test('[TG26] an answer, a finished task and a tool that waits are notified, once; nothing else is', () => {
    const spoken = judged.flatMap(({triggers}) =>
      triggers.filter(({channel, frames: caused}) => channel === 'fcm' && caused.length > 0),
    )
    expect(new Set(spoken.map(({cause}) => cause))).toEqual(
      new Set(['turn complete', 'first turn complete', 'task done', 'scheduled task', 'tool approval asked']),
    )
    for (const {frames: caused} of spoken) expect(caused).toMatchObject([{fate: 'notification'}])
  })

  test('[TG21] [TG23] the frames are kept, without a token', () => {
    expect(frames).toContain('"channel":"fcm"')
    expect(frames).not.toMatch(/APA91b|eyJ[\w-]{20}|Bearer [\w-]{20}|verify=\d/)
    for (const line of frames.split('\n').slice(0, 500)) expect(redactTokens(line)).toBe(line)
  })
})
