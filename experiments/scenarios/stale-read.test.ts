/** The cells of `stale-read` as data: every hazard on every platform, ill and cured, by the same acts. */
import {describe, expect, test} from 'vitest'
import {PLATFORMS} from '#protocol/platform.ts'
import {HAZARDS} from '../hazards/hazard.ts'
import {settingOf} from '../hazards/setting.ts'
import {readFaultSchedule} from '../history/read-fault-schedule.ts'
import type {CellSpec} from '../history/history-event.ts'
import type {Cell, SuiteName} from '../scenario/experiment.ts'
import {staleRead} from './stale-read.ts'
import {cureOf, diseaseOf} from './stale-read-settings.ts'

const specOf = (cell: Cell): CellSpec => ({...cell, experiment: 'stale-read', seed: 's'})
const cellsOf = (suite: SuiteName, as: string) =>
  staleRead
    .cells(suite)
    .map(specOf)
    .filter(({conditions}) => conditions['as'] === as)
const full = {
  disease: cellsOf('full', 'disease'),
  cure: cellsOf('full', 'cure'),
  matrix: cellsOf('full', 'matrix'),
}

describe('in the full suite', () => {
  test('[HZ3] every hazard is played 20 times on each platform, as a disease and under its cure', () => {
    for (const cells of [full.disease, full.cure]) {
      const times = Map.groupBy(cells, ({platform, conditions}) => `${platform} ${conditions['hazard']}`)
      expect(times.size).toBe(PLATFORMS.length * HAZARDS.length)
      for (const played of times.values())
        expect(played.map(({repetition}) => repetition)).toEqual(Array.from({length: 20}, (_, n) => n + 1))
    }
  })

  test('[HZ3] a cure changes page or server, and nothing of what persons do', () => {
    for (const disease of full.disease) {
      const cure = full.cure.find(
        ({platform, conditions}) =>
          platform === disease.platform && conditions['hazard'] === disease.conditions['hazard'],
      )!
      expect(settingOf(cure)).not.toEqual(settingOf(disease))
      expect(staleRead.steps(cure)).toEqual(staleRead.steps(disease))
      expect(staleRead.schedule?.(cure)).toEqual(staleRead.schedule?.(disease))
    }
  })

  test('[HZ2] the cell alone says how page and server are set', () => {
    for (const cell of full.disease)
      expect(settingOf(cell)).toEqual(diseaseOf(hazardOf(cell), platformOf(cell)))
    for (const cell of full.cure) expect(settingOf(cell)).toEqual(cureOf(hazardOf(cell), platformOf(cell)))
  })

  test('[HZ3] a disease shows and its cure ends it; of a combination something is predicted, too', () => {
    const predicted = (cells: readonly CellSpec[]) =>
      new Set(cells.map((cell) => staleRead.predict(cell)?.hazard))
    expect(predicted(full.disease)).toEqual(new Set(['shows']))
    expect(predicted(full.cure)).toEqual(new Set(['absent']))
    expect(predicted(full.matrix)).toEqual(new Set(['shows', 'absent', 'either']))
  })

  test('[HZ3] hazards of sending meet every conflict rule with every remedy, three times', () => {
    const kinds = new Set(
      full.matrix.map((cell) => JSON.stringify([cell.platform, hazardOf(cell), settingOf(cell)])),
    )
    expect(kinds.size).toBe(2 * 5 * 3 * 6)
    expect(full.matrix).toHaveLength(kinds.size)
  })

  test('[FA14] a schedule could have been read from JSON, and is there where faults are played', () => {
    for (const cell of [...full.disease, ...full.cure]) {
      const steps = staleRead.steps(cell)
      const schedule = staleRead.schedule?.(cell) ?? []
      const tabs = steps.flatMap((step) => (step.do === 'open' ? [step.tab] : []))
      expect(steps.some((step) => step.do === 'faults')).toBe(schedule.length > 0)
      expect(readFaultSchedule(JSON.stringify(schedule), tabs)).toEqual(schedule)
    }
  })
})

test('the quick suite has the silent fork, ill and cured, on both platforms', () => {
  expect([cellsOf('quick', 'disease').length, cellsOf('quick', 'cure').length]).toEqual([2, 2])
  expect(staleRead.cells('quick')).toHaveLength(4)
  expect(staleRead.cells('smoke')).toEqual([])
})

const hazardOf = ({conditions}: CellSpec) => HAZARDS.find((name) => name === conditions['hazard'])!
const platformOf = (cell: CellSpec) => PLATFORMS.find((name) => name === cell.platform)!
