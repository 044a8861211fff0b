import {expect, test} from 'vitest'
import {runHerd, type HerdOutcome} from './herd.ts'

test('[VT10] a herd that is cut off, or drained, comes back whole and loses nothing', async () => {
  const told: HerdOutcome[] = []
  const options = {
    tabs: 12,
    tabsPerPerson: 5,
    processes: 1,
    policy: 'content+resume',
    arms: ['full-jitter'],
    drainOverMs: 100,
    upToMs: 10_000,
    seed: 'suite',
    haste: 20,
  } as const
  const outcomes = await runHerd(options, (outcome) => told.push(outcome))
  expect(told).toEqual(outcomes)
  expect(outcomes.map(({scattering}) => scattering)).toEqual(['cut', 'drained'])
  for (const {tabs, lost, neverBack, arrivals, attempts, followsAgainMs} of outcomes) {
    expect({tabs, lost, neverBack}).toEqual({tabs: 12, lost: 0, neverBack: 0})
    expect(arrivals.reduce((sum, count) => sum + count, 0)).toBe(12)
    expect(attempts.mean).toBeGreaterThanOrEqual(1)
    expect(followsAgainMs?.max).toBeGreaterThan(followsAgainMs?.p50 ?? Infinity)
  }
})
