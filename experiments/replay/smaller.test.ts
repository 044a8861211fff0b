import fc from 'fast-check'
import {expect, test} from 'vitest'
import type {Step} from '../scenario/step.ts'
import {anyScript} from './random-script.ts'
import {sensible, whyNonsense, type Script} from './sense.ts'
import {shrink} from './shrink.ts'
import {isLess, keyOf, smallerThan, weightOf} from './smaller.ts'

const anySensible = anyScript.map(sensible).filter((script) => script !== null)

test('[RP6] whatever is tried is smaller than what it came from, and makes sense', () => {
  fc.assert(
    fc.property(anySensible, (script) => {
      const tried = smallerThan(script)
      expect(new Set(tried.map(keyOf)).size).toBe(tried.length)
      for (const each of tried) {
        expect(isLess(weightOf(each), weightOf(script))).toBe(true)
        expect(whyNonsense(each)).toBeNull()
      }
    }),
  )
})

/** What a fake world shows: some of the steps and faults of a script in their order, whatever stands between. */
const needs = ({steps, schedule}: Script, kinds: readonly string[], struck: number): boolean => {
  let next = 0
  for (const step of steps) if (step.do === kinds[next]) next += 1
  return next === kinds.length && (schedule ?? []).length >= struck
}
const hidden = fc.record({
  script: anySensible,
  picks: fc.array(fc.boolean(), {minLength: 14, maxLength: 14}),
  struck: fc.nat(2),
})

test('[RP6] what is left shows the same, nothing smaller does, and it is never larger', async () => {
  await fc.assert(
    fc.asyncProperty(hidden, fc.integer({min: 1, max: 5}), async ({script, picks, struck}, width) => {
      const kinds = script.steps.filter((_, index) => picks[index]).map((step) => step.do)
      const isShown = (each: Script) => needs(each, kinds, Math.min(struck, script.schedule?.length ?? 0))
      let tries = 0
      const {smallest, isMinimal} = await shrink(script, {
        smallerThan,
        keyOf,
        width,
        rounds: 10_000,
        shows: async (wave) => {
          tries += wave.length
          return wave.map(isShown)
        },
      })
      expect(isMinimal).toBe(true)
      expect(isShown(smallest)).toBe(true)
      expect(isLess(weightOf(script), weightOf(smallest))).toBe(false)
      expect(smallerThan(smallest).filter(isShown)).toEqual([])
      expect(tries).toBeLessThan(1_500)
    }),
    {numRuns: 60},
  )
})

const A: Step = {do: 'open', tab: 'A', device: 'device-1', state: 'visible'}
const B: Step = {do: 'open', tab: 'B', device: 'device-1', state: 'visible'}
const sends = (tab: string): Step => ({do: 'send', tab, words: 1})

test('[RP6] two that send are found among many steps in few tries', async () => {
  const padded: Script = {
    steps: [
      A,
      {do: 'open', tab: 'B', device: 'device-2', state: 'hidden'},
      {do: 'open', tab: 'C', device: 'device-2', state: 'frozen'},
      {do: 'type', tab: 'C', words: 4},
      {...sends('A'), words: 12} as Step,
      {do: 'pause', forMs: 700},
      {do: 'hold', tab: 'B', state: 'visible'},
      {do: 'faults'},
      {...sends('B'), words: 9} as Step,
      {do: 'heal'},
      {do: 'read', tabs: ['A', 'B', 'C'], label: 'final'},
    ],
    schedule: [{atMs: 500, healAtMs: 900, owner: 'B', on: 'everything', fault: {name: 'rst'}}],
  }
  let tries = 0
  const {smallest} = await shrink(padded, {
    smallerThan,
    keyOf,
    width: 4,
    rounds: 100,
    shows: async (wave) => {
      tries += wave.length
      return wave.map(({steps}) => {
        const sending = steps.flatMap((step) => (step.do === 'send' ? [step.tab] : []))
        return sending.join() === 'A,B'
      })
    },
  })
  expect(smallest).toEqual({steps: [A, B, sends('A'), sends('B')], schedule: null})
  expect(tries).toBeLessThan(60)
})

test('[RP6] a number in a step or in a fault that is less is smaller; a deadline is not cut to nothing', () => {
  const script: Script = {
    steps: [A, {do: 'faults'}, {do: 'pause', forMs: 400}, {do: 'recover', tabs: ['A'], upToMs: 15_000}],
    schedule: [{atMs: 100, healAtMs: 900, owner: 'A', on: 'everything', fault: {name: 'blackhole'}}],
  }
  const tried = smallerThan(script)
  const amounts = tried.map(({steps}) => steps.flatMap((step) => (step.do === 'pause' ? [step.forMs] : [])))
  expect(amounts).toContainEqual([200])
  expect(amounts).toContainEqual([0])
  const deadlines = tried.flatMap(({steps}) =>
    steps.flatMap((step) => (step.do === 'recover' ? [step.upToMs] : [])),
  )
  expect(new Set(deadlines)).toEqual(new Set([15_000, 7_500, 2_000]))
  const spans = tried.flatMap(({schedule}) => (schedule ?? []).map(({atMs, healAtMs}) => [atMs, healAtMs]))
  expect(spans).toContainEqual([100, 500])
  expect(spans).toContainEqual([50, 850])
})

test('[RP6] what failed to show once by chance has another look', async () => {
  const script: Script = {steps: [A, B, sends('A'), sends('B')], schedule: null}
  const askedOf = new Map<string, number>()
  const {smallest, isMinimal} = await shrink(script, {
    smallerThan,
    keyOf,
    width: 2,
    rounds: 100,
    looks: 2,
    // Every second time only.
    shows: async (wave) =>
      wave.map((each) => {
        const asked = (askedOf.get(keyOf(each)) ?? 0) + 1
        askedOf.set(keyOf(each), asked)
        return asked % 2 === 0 && each.steps.some((step) => step.do === 'send' && step.tab === 'B')
      }),
  })
  expect({smallest, isMinimal}).toEqual({smallest: {steps: [B, sends('B')], schedule: null}, isMinimal: true})
})
