/** What exploration has to show, in full size: over cold seeds how soon the silent fork is found, and that nothing else is. */
import {availableParallelism} from 'node:os'
import {describe, expect, onTestFinished, test} from 'vitest'
import {PLATFORMS} from '#protocol/platform.ts'
import {explore} from './explore.ts'
import {startExplorers} from './explorers.ts'
import type {Target} from './interleaving.ts'

const {signal} = new AbortController()
const PROCESSES = Math.min(4, availableParallelism())
const LANES = PROCESSES * 4
const SEEDS = 20
const FOUND_WITHIN = 200
const INTERLEAVINGS = 10_000
/** Ten thousand take some minutes of two cores that nobody else uses. */
const LONGEST_MS = 3_600_000

async function explored(target: Target, seed: string, interleavings: number) {
  const explorers = await startExplorers(PROCESSES)
  onTestFinished(() => explorers.close())
  const options = {targets: [target], sought: null, interleavings, seed, mostTabs: 5, lanes: LANES}
  const [first] = await explore(
    options,
    explorers,
    () => {},
    () => {},
    signal,
  )
  if (first === undefined) throw new Error('nothing was explored')
  return first
}

describe.each(PLATFORMS)('on %s', (platform) => {
  test(
    `[RP10] from ${SEEDS} cold seeds the silent fork is found within ${FOUND_WITHIN} interleavings`,
    {timeout: LONGEST_MS},
    async () => {
      const target = {platform, rule: 'fork', policy: 'observed', guards: []} as const
      const foundAt: (number | null)[] = []
      for (let seed = 1; seed <= SEEDS; seed += 1) {
        const {find} = await explored(target, `cold-${seed}`, FOUND_WITHIN)
        foundAt.push(find?.principal === 'noSilentFork' ? find.foundAt : null)
      }
      expect(foundAt, foundAt.join(', ')).not.toContain(null)
    },
  )

  test.each([[], ['if-match']] as const)(
    `[RP14] under reject with %j and content+resume ${INTERLEAVINGS} interleavings break nothing that is promised`,
    {timeout: LONGEST_MS},
    async (...guards) => {
      const target: Target = {platform, rule: 'reject', policy: 'content+resume', guards}
      const {find, played, orders} = await explored(target, 'nightly', INTERLEAVINGS)
      expect(find).toBeNull()
      expect(played).toBe(INTERLEAVINGS)
      expect(orders).toBeGreaterThan(INTERLEAVINGS / 2)
    },
  )
})
