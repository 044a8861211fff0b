/** A cell of reconnection as a person would run it: what it says of the tab that had to recover, and what proves it. */
import {execFile} from 'node:child_process'
import {mkdtempSync, readdirSync, rmSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {promisify} from 'node:util'
import {afterAll, beforeAll, describe, expect, test} from 'vitest'
import type {CellJudgement} from '../checkers/judge.ts'
import {judgeRun} from '../report/summarise.ts'
import {predictionOf} from '../scenarios/registry.ts'
import {findBrowser} from '../setup/find-browser.js'
import {inProject} from '../setup/project.js'

const browserPath = await findBrowser()
const out = mkdtempSync(join(tmpdir(), 'tabwitness-recovery-test-'))
afterAll(() => rmSync(out, {recursive: true, force: true, maxRetries: 5}))

describe.skipIf(browserPath === null)('a tab whose connection is reset', () => {
  let judged: CellJudgement

  beforeAll(async () => {
    const args = ['run', 'reconnection', '--suite', 'smoke', '--quiet', '--out', out]
    const program = [inProject('experiments/cli.ts'), ...args, '--browser-path', browserPath ?? '']
    await promisify(execFile)(process.execPath, program)
    const [judgement] = judgeRun(join(out, readdirSync(out)[0] ?? ''), predictionOf).judgements
    if (judgement === undefined) throw new TypeError('no cell was judged')
    judged = judgement
  }, 60_000)

  test('[P6] is believed, and does what was predicted', () => {
    const {validity, outcome, whyNot, surprises} = judged
    expect({validity, outcome, whyNot, surprises}).toEqual({
      validity: 'valid',
      outcome: 'as predicted',
      whyNot: [],
      surprises: [],
    })
  })

  test('[K11] [K12] comes back after the observed wait, with everything, to the letter', () => {
    const [recovery] = judged.recoveries
    expect(recovery).toMatchObject({tab: 'B', from: 'heal', expected: 5, lost: 0, doubled: 0, exact: true})
    expect(recovery?.detect?.valueMs).toBeLessThan(500)
    expect(recovery?.reconnect?.valueMs).toBeGreaterThan(1_000)
    expect(recovery?.reconnect?.censored).toBe(false)
    expect(recovery).toMatchObject({attempts: 1, falseAlarms: 0, sentTwice: 0, saidComplete: 0})
  })
})
