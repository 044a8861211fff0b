import fc from 'fast-check'
import {expect, test} from 'vitest'
import {cellId} from '../history/cell-id.ts'
import {allInShort, HELD, inWords, PERSON_ACTS, readAct, type Act} from './act.ts'
import {interleavingOf, readActs, specOf, tabsOf, type Interleaving} from './interleaving.ts'
import {happen, isPossible, tabsAtFirst} from './possible.ts'

const tab = fc.constantFrom('A', 'B', 'C')
const tabAct = fc.constantFrom(
  ...PERSON_ACTS,
  ...(['reload', 'freeze', 'thaw', 'offline', 'online', 'release'] as const),
)
const act: fc.Arbitrary<Act> = fc.oneof(
  fc.record({do: tabAct, tab}),
  fc.record({do: fc.constant('hold' as const), tab, what: fc.constantFrom(...HELD)}),
  fc.record({do: fc.constant('let-one' as const), tab, which: fc.nat({max: 20})}),
  fc.constantFrom<Act>({do: 'rest'}, {do: 'moment'}),
)

test('[RP10] what is written of acts is read as they were', () => {
  fc.assert(
    fc.property(fc.array(act), (acts) => {
      expect(readActs('--acts', allInShort(acts), ['A', 'B', 'C'])).toEqual(acts)
    }),
  )
})

test('[RP1] [RP10] a cell says all of its interleaving', () => {
  const some = fc.array(act, {maxLength: 8})
  fc.assert(
    fc.property(some, fc.constantFrom('fork', 'reject'), fc.boolean(), (acts, rule, isGuarded) => {
      const interleaving: Interleaving = {
        platform: 'claude',
        rule,
        policy: 'content+resume',
        guards: isGuarded ? ['if-match'] : [],
        seed: 's/0',
        tabCount: 3,
        pace: 'slowly',
        acts,
      }
      expect(interleavingOf(specOf(interleaving))).toEqual(interleaving)
      expect(cellId(specOf({...interleaving, acts: [...acts, {do: 'rest'}]}))).not.toBe(
        cellId(specOf(interleaving)),
      )
    }),
  )
})

test.each(['', 'send', 'send A B', 'rest A', 'hold A', 'hold A up', 'let-one B', 'let-one B x', 'SEND A'])(
  'no act: %j',
  (text) => {
    expect(readAct(text)).toBeNull()
  },
)

test('[RP11] in a frozen tab nobody does anything, and only what is held is let go', () => {
  const now = tabsAtFirst(tabsOf({tabCount: 2}))
  expect(isPossible({do: 'thaw', tab: 'A'}, now)).toBe(false)
  expect(isPossible({do: 'let-one', tab: 'A', which: 0}, now)).toBe(false)
  happen({do: 'freeze', tab: 'A'}, now)
  expect(PERSON_ACTS.map((each) => isPossible({do: each, tab: 'A'}, now))).toEqual(
    PERSON_ACTS.map(() => false),
  )
  expect(isPossible({do: 'send', tab: 'B'}, now)).toBe(true)
  happen({do: 'thaw', tab: 'A'}, now)
  happen({do: 'hold', tab: 'A', what: 'to-client'}, now)
  expect(isPossible({do: 'send', tab: 'A'}, now)).toBe(true)
  expect(isPossible({do: 'offline', tab: 'A'}, now)).toBe(false)
  expect(isPossible({do: 'let-one', tab: 'A', which: 0}, now)).toBe(true)
})

test('an act reads as a sentence', () => {
  expect(inWords({do: 'send', tab: 'A'})).toBe('A sends a message')
  expect(inWords({do: 'hold', tab: 'B', what: 'to-client'})).toBe(
    'B: everything that comes to it is held back',
  )
})
