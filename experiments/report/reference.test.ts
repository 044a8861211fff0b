/** The committed run: judged again from its histories it must say what it said, and the README what it says. */
import {readFileSync} from 'node:fs'
import {describe, expect, test} from 'vitest'
import {predictionOf} from '../scenarios/registry.ts'
import {inProject} from '../setup/project.js'
import {findingsMatrix} from './findings-matrix.ts'
import {judgeRun} from './summarise.ts'

const reference = inProject('results/reference')

describe('results/reference', () => {
  const {summary} = judgeRun(reference, predictionOf)

  test('[HI6] judged again from its histories it gives the committed summary', () => {
    const committed: unknown = JSON.parse(readFileSync(`${reference}/summary.json`, 'utf8'))
    expect(JSON.parse(JSON.stringify(summary))).toEqual(committed)
  })

  test('every cell of it is valid and as predicted', () => {
    expect(summary.exitCode).toBe(0)
  })

  test('the README quotes its findings', () => {
    expect(readFileSync(inProject('README.md'), 'utf8')).toContain(findingsMatrix(summary))
  })
})
