import {expect, test} from 'vitest'
import {createDelayLine} from './delay-line.ts'

const now = () => performance.now()

test('[CE40] what nothing holds back leaves at once', () => {
  const out: string[] = []
  createDelayLine(now).put(0, () => out.push('a'))
  expect(out).toEqual(['a'])
})

test('[CE40] nothing leaves early or out of order', async () => {
  const line = createDelayLine(now)
  const out: {name: string; lateMs: number}[] = []
  const start = now()
  await new Promise<void>((resolve) => {
    line.put(8, () => out.push({name: 'a', lateMs: now() - start - 8}))
    line.put(1.5, () => out.push({name: 'b', lateMs: now() - start - 8}))
    line.put(0, () => out.push({name: 'c', lateMs: now() - start - 8}))
    line.put(12, resolve)
  })
  expect(out.map(({name}) => name)).toEqual(['a', 'b', 'c'])
  for (const {lateMs} of out) expect(lateMs).toBeGreaterThanOrEqual(0)
})

test('[CE40] what was cleared never leaves', async () => {
  const line = createDelayLine(now)
  const out: string[] = []
  line.put(1, () => out.push('a'))
  line.clear()
  await new Promise<void>((resolve) => {
    line.put(3, resolve)
  })
  expect(out).toEqual([])
})
