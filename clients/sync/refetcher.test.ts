import {expect, test} from 'vitest'
import {createRefetcher} from './refetcher.ts'

function slow() {
  const ends: (() => void)[] = []
  let running = 0
  let most = 0
  const refetcher = createRefetcher(async () => {
    most = Math.max(most, (running += 1))
    await new Promise<void>((resolve) => ends.push(resolve))
    running -= 1
  })
  return {refetcher, ends, most: () => most}
}

test('one refetch at a time, and one more for all who asked meanwhile', async () => {
  const {refetcher, ends, most} = slow()
  const first = refetcher.request()
  const others = [refetcher.request(), refetcher.request(), refetcher.request()]
  expect(ends).toHaveLength(1)
  ends[0]!()
  await first
  await expect.poll(() => ends.length).toBe(2)
  ends[1]!()
  await Promise.all(others)
  expect([ends.length, most()]).toEqual([2, 1])
})

test('one that fails does not keep the next from running', async () => {
  let runs = 0
  const refetcher = createRefetcher(async () => {
    runs += 1
    if (runs === 1) throw new Error('offline')
  })
  const first = refetcher.request()
  const second = refetcher.request()
  await expect(first).rejects.toThrow('offline')
  await second
  expect(runs).toBe(2)
})

test('one that hangs is left behind after the patience, and whoever waited behind it waits no longer', async () => {
  const ends: (() => void)[] = []
  let now = 0
  const refetcher = createRefetcher(() => new Promise<void>((resolve) => ends.push(resolve)), {
    now: () => now,
    patienceMs: 5_000,
  })
  void refetcher.request()
  const second = refetcher.request()
  now = 5_001
  expect(refetcher.isOverdue()).toBe(true)
  const third = refetcher.request()
  expect(ends).toHaveLength(2)
  ends[1]!()
  await third
  ends[0]!()
  await second
  expect(ends).toHaveLength(2)
  expect(refetcher.isOverdue()).toBe(false)
})
