import * as fc from 'fast-check'
import {expect, test} from 'vitest'
import {CONFLICT_RULES, type ConflictRule} from '#protocol/conflict.ts'
import {place, type Aim} from './conflict-rule.ts'
import {childrenOf} from './tree.ts'

const whole = (id: string) => ({id, status: 'complete'}) as const
const aim = (namedParentId: string | null, more: Partial<Aim> = {}): Aim => ({
  namedParentId,
  meansBranch: false,
  shownLeafId: undefined,
  ...more,
})

test('[CF1] [TU7] under fork an old parent is attached to, as ever', () => {
  expect(place('fork', aim('a1'), whole('a2'))).toEqual({name: 'attach', parentId: 'a1'})
})

test('[CF3] under reject only the current leaf is a parent, and the root where there is none', () => {
  expect(place('reject', aim('a1'), whole('a2'))).toEqual({name: 'refuse'})
  expect(place('reject', aim('a2'), whole('a2'))).toEqual({name: 'attach', parentId: 'a2'})
  expect(place('reject', aim(null), null)).toEqual({name: 'attach', parentId: null})
  expect(place('reject', aim(null), whole('a2'))).toEqual({name: 'refuse'})
})

test('[CF5] under rebase the current leaf is the parent, and the named one is said to be discarded', () => {
  expect(place('rebase', aim('a1'), whole('a2'))).toEqual({
    name: 'rebase',
    parentId: 'a2',
    discardedParentId: 'a1',
  })
  expect(place('rebase', aim('a2'), whole('a2'))).toEqual({name: 'attach', parentId: 'a2'})
})

test.each(['reject', 'rebase'] as const)(
  '[CF2] [CF3] under %s nothing is attached to what is being written',
  (rule) => {
    const leaf = {id: 'a2', status: 'in_progress'} as const
    expect(place(rule, aim('a2'), leaf)).toEqual({name: 'refuse'})
    expect(place(rule, aim('a1'), leaf)).toEqual({name: 'refuse'})
    expect(place(rule, aim('a1', {meansBranch: true}), leaf)).toEqual({name: 'attach', parentId: 'a1'})
  },
)

test.each(CONFLICT_RULES)(
  '[CF10] under %s what a page says it shows must be so, whatever it means',
  (rule) => {
    for (const meansBranch of [true, false]) {
      expect(place(rule, aim('a1', {meansBranch, shownLeafId: 'a1'}), whole('a2'))).toEqual({name: 'refuse'})
      expect(place(rule, aim('a2', {meansBranch, shownLeafId: 'a2'}), whole('a2'))).toEqual({
        name: 'attach',
        parentId: 'a2',
      })
    }
  },
)

/** Two tabs: each sends on the leaf it knows, looks, or sees its latest answer end. */
type Move = {readonly tab: 0 | 1; readonly does: 'send' | 'look' | 'end'}
const moves = fc.array(
  fc.record({
    tab: fc.constantFrom(0 as const, 1 as const),
    does: fc.constantFrom('send' as const, 'look' as const, 'end' as const),
  }),
  {maxLength: 30},
)

type Line = {id: string; parentId: string | null; status: 'complete' | 'in_progress'}

function play(rule: ConflictRule, script: readonly Move[]) {
  const messages: Line[] = [{id: 'm0', parentId: null, status: 'complete'}]
  const known: [string, string] = ['m0', 'm0']
  let refused = 0
  for (const {tab, does} of script) {
    const leaf = messages.at(-1)!
    if (does === 'look') known[tab] = leaf.id
    else if (does === 'end') leaf.status = 'complete'
    else {
      const placement = place(rule, aim(known[tab]), leaf)
      if (placement.name === 'refuse') refused += 1
      else {
        const id = `m${messages.length}`
        messages.push({id, parentId: placement.parentId, status: 'in_progress'})
        known[tab] = id
      }
    }
  }
  return {messages, refused}
}

const isLinear = (messages: readonly Line[]) =>
  [...childrenOf(messages).values()].every((children) => children.length === 1)

test('[CF3] [CF5] two tabs in any order never fork under reject and rebase', () => {
  for (const rule of ['reject', 'rebase'] as const)
    fc.assert(fc.property(moves, (script) => isLinear(play(rule, script).messages)))
})

test('[CF1] under fork nothing is refused, and two tabs do fork', () => {
  fc.assert(fc.property(moves, (script) => play('fork', script).refused === 0))
  const stale: readonly Move[] = [
    {tab: 0, does: 'send'},
    {tab: 0, does: 'end'},
    {tab: 1, does: 'send'},
  ]
  expect(isLinear(play('fork', stale).messages)).toBe(false)
  expect(play('reject', stale)).toMatchObject({refused: 1})
})
