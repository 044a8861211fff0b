import {expect, test} from 'vitest'
import {branchesOf, childrenOf, pathTo} from './tree.ts'

// a ─ b ─ c
//   └ d ─ e
const tree = [
  {id: 'a', parentId: null},
  {id: 'b', parentId: 'a'},
  {id: 'c', parentId: 'b'},
  {id: 'd', parentId: 'a'},
  {id: 'e', parentId: 'd'},
]
const idsOf = (messages: readonly {id: string}[]) => messages.map(({id}) => id)

test('[TU7] a path runs from the root to the leaf along parents', () => {
  expect(idsOf(pathTo(tree, 'e'))).toEqual(['a', 'd', 'e'])
  expect(pathTo(tree, 'nobody')).toEqual([])
  expect(pathTo(tree, null)).toEqual([])
})

test('[TU20] children and branches keep the order of writing', () => {
  expect(childrenOf(tree).get('a')).toEqual(['b', 'd'])
  expect(childrenOf(tree).get(null)).toEqual(['a'])
  expect(idsOf(branchesOf(tree, 'd'))).toEqual(['b', 'd'])
  expect(branchesOf(tree, 'nobody')).toEqual([])
})

test('a tree that was damaged into a ring does not hang its reader', () => {
  const ring = [
    {id: 'x', parentId: 'y'},
    {id: 'y', parentId: 'x'},
  ]
  expect(idsOf(pathTo(ring, 'x'))).toEqual(['y', 'x'])
})
