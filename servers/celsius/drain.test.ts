import {afterEach, beforeEach, expect, test, vi} from 'vitest'
import {createDrain} from './drain.ts'

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

const ends = (count: number, at: number[]) =>
  Array.from({length: count}, () => () => void at.push(performance.now()))

test('[CE25] ends are spread evenly over the time', async () => {
  const at: number[] = []
  const began = performance.now()
  const drained = createDrain().begin(ends(4, at), 80)
  await vi.advanceTimersByTimeAsync(80)
  await drained
  const first = at[0]!
  expect(first - began).toBeLessThan(2)
  expect(at.map((end) => end - first)).toEqual([0, 20, 40, 60])
})

test('[CE25] what has not ended stays when it is called off, and nobody waits for it', async () => {
  const at: number[] = []
  const drain = createDrain()
  const drained = drain.begin(ends(4, at), 80)
  await vi.advanceTimersByTimeAsync(30)
  drain.callOff()
  await drained
  await vi.advanceTimersByTimeAsync(1_000)
  expect(at).toHaveLength(2)
})
