/** The committed runs: judged again from their histories they must say what they said, and the README what they say. */
import {existsSync, readFileSync} from 'node:fs'
import {describe, expect, test} from 'vitest'
import {predictionOf} from '../scenarios/registry.ts'
import {inProject} from '../setup/project.js'
import {findingsMatrix} from './findings-matrix.ts'
import {hazardsInReadme} from './hazards-in-readme.ts'
import {recoveryMatrix} from './recovery-matrix.ts'
import {judgeRun} from './summarise.ts'
import type {Judged} from './summarise.ts'

const RUNS = {
  'results/reference': ({summary}) => findingsMatrix(summary),
  'results/reference-faults': ({judgements}) => recoveryMatrix(judgements),
  'results/reference-hazards': hazardsInReadme,
} as const satisfies Record<string, (judged: Judged) => string>

const isThere = (name: string): boolean => existsSync(inProject(`${name}/manifest.json`))

describe.each(Object.entries(RUNS).filter(([name]) => isThere(name)))('%s', (name, findings) => {
  const folder = inProject(name)
  const judged = judgeRun(folder, predictionOf)

  test('[HI6] judged again from its histories it gives the committed summary', () => {
    const committed: unknown = JSON.parse(readFileSync(`${folder}/summary.json`, 'utf8'))
    expect(JSON.parse(JSON.stringify(judged.summary))).toEqual(committed)
  })

  test('every cell of it that can be believed is as predicted, and nearly all can', () => {
    const {valid, invalid, unknown, surprises, missing} = judged.summary.counts
    expect({unknown, surprises, missing}).toEqual({unknown: 0, surprises: 0, missing: 0})
    expect(invalid).toBeLessThanOrEqual(valid / 100)
    expect(judged.summary.notable.map(({kind, notes}) => kind === 'invalid' && notes.length > 0)).toEqual(
      Array.from({length: invalid}, () => true),
    )
  })

  test('the README quotes its findings', () => {
    expect(readFileSync(inProject('README.md'), 'utf8')).toContain(findings(judged))
  })
})
