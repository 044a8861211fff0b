/** For tests: a run that is kept, judged again from its histories, must say what it said, and the README what it says. */
import {readFileSync} from 'node:fs'
import {describe, expect, test} from 'vitest'
import {predictionOf} from '../scenarios/registry.ts'
import type {KeptRun} from './kept-runs.ts'
import {judgeRun} from './summarise.ts'

/** `inProject`: where a path of the project is. */
export function describeKeptRun({folder, inReadme}: KeptRun, inProject: (path: string) => string): void {
  describe(folder, () => {
    const judged = judgeRun(inProject(folder), predictionOf)

    test('[HI6] judged again from its histories it gives the committed summary', () => {
      const committed: unknown = JSON.parse(readFileSync(inProject(`${folder}/summary.json`), 'utf8'))
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
      expect(readFileSync(inProject('README.md'), 'utf8')).toContain(inReadme(judged))
    })
  })
}
