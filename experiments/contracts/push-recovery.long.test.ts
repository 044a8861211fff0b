/**
 * The push channel breaks under a real browser: its link, the back end, the API, the browser itself. Chromium's own back-off
 * makes this a matter of minutes.
 */
import {execFile} from 'node:child_process'
import {mkdtempSync, readdirSync, rmSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {promisify} from 'node:util'
import {afterAll, expect, test} from 'vitest'
import {judgeRun} from '../report/summarise.ts'
import {predictionOf} from '../scenarios/registry.ts'
import {findBrowser} from '../setup/find-browser.js'
import {inProject} from '../setup/project.js'

const browserPath = await findBrowser()
const out = mkdtempSync(join(tmpdir(), 'tabwitness-recovery-test-'))
afterAll(() => rmSync(out, {recursive: true, force: true, maxRetries: 5}))

test.skipIf(browserPath === null)(
  '[K8] [K9] [K10] whatever of the push channel breaks, what was sent meanwhile is heard, once, in order',
  async () => {
    const args = ['run', 'push-recovery', '--suite', 'full', '--repetitions', '1', '--quiet', '--out', out]
    await promisify(execFile)(process.execPath, [
      inProject('experiments/cli.ts'),
      ...args,
      '--browser-path',
      browserPath ?? '',
    ])
    const {judgements} = judgeRun(join(out, readdirSync(out)[0] ?? ''), predictionOf)
    const told = judgements.map(({cell, validity, outcome, samples}) => [
      cell.conditions['fault'],
      validity,
      outcome,
      samples.flatMap(({measure, about}) => (measure === 'push-recovery' ? [about['what']] : [])),
    ])
    const both = ['link back', 'all heard']
    expect(told.toSorted()).toEqual([
      ['API restarted', 'valid', 'as predicted', []],
      ['back end killed', 'valid', 'as predicted', both],
      ['browser restarted', 'valid', 'as predicted', both],
      ['link cut', 'valid', 'as predicted', both],
    ])
  },
)
