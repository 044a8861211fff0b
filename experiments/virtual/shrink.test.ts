import fc from 'fast-check'
import {expect, test} from 'vitest'
import {drawFaultCell, type FaultCell} from './fault-cell.ts'
import {shrink, smallerThan} from './shrink.ts'

const draw = (index: number): FaultCell =>
  drawFaultCell({
    seed: 's',
    index,
    platform: 'chatgpt',
    policy: 'content+resume',
    haste: 10,
    tabCount: 3,
    lengthMs: 2_000,
    serverFaults: [],
  })

/** What makes a cell hard to read. */
const weightOf = ({schedule, deeds}: FaultCell) =>
  schedule.length * 1e6 +
  deeds.length * 1e5 +
  schedule.reduce((sum, {atMs, healAtMs}) => sum + (healAtMs ?? 0) - atMs, 0)

test('[VT9] whatever is tried is smaller than what it came from', () => {
  fc.assert(
    fc.property(fc.nat(1_000), (index) => {
      const cell = draw(index)
      for (const smaller of smallerThan(cell)) expect(weightOf(smaller)).toBeLessThan(weightOf(cell))
    }),
  )
})

test('[VT9] what is needed to fail is kept, and nothing else', async () => {
  await fc.assert(
    fc.asyncProperty(fc.nat(200), async (index) => {
      const cell = draw(index)
      const [needed] = cell.schedule.toReversed()
      const last = cell.deeds.at(-1)
      const isFailing = ({schedule, deeds}: FaultCell) =>
        schedule.some(({fault}) => fault === needed?.fault) && deeds.includes(last!)
      const fails = async (cells: readonly FaultCell[]) => cells.map(isFailing)
      const shrunk = await shrink(cell, {fails, width: 4, rounds: 200})
      expect(shrunk.schedule.map(({fault}) => fault)).toEqual([needed?.fault])
      expect(shrunk.deeds).toEqual([last])
      const [{atMs, healAtMs} = {atMs: 0, healAtMs: 0}] = shrunk.schedule
      expect((healAtMs ?? 0) - atMs).toBeLessThan(100)
    }),
    {numRuns: 30},
  )
})

test('[VT9] a cell that fails no more, however it is made smaller, stays as it is', async () => {
  const cell = draw(1)
  let asked = 0
  const fails = async (cells: readonly FaultCell[]) => {
    asked += cells.length
    return cells.map(() => false)
  }
  expect(await shrink(cell, {fails, width: 5, rounds: 100})).toBe(cell)
  expect(asked).toBe(smallerThan(cell).length)
})

test('[VT9] trying ends after so many rounds', async () => {
  let rounds = 0
  const fails = async (cells: readonly FaultCell[]) => {
    rounds += 1
    return cells.map((_, index) => index === 0)
  }
  await shrink(draw(2), {fails, width: 1, rounds: 2})
  expect(rounds).toBeLessThanOrEqual(2)
})
