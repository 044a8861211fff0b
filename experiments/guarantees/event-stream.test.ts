import {expect, test} from 'vitest'
import {compared} from './against-oracle.ts'
import {eventStream} from './event-stream.ts'
import {guaranteesOf} from './guarantees-of.ts'

const historyOf = (count: number) => {
  const {header, footer, stream} = eventStream(count)
  return {header, footer, events: [...stream]}
}

test('[SG1] of the made-up stream that is timed the checkers say what the definitions say', () => {
  const both = compared(historyOf(400))
  if (both === 'refused') throw new Error('the stream contradicts itself')
  expect(both.said).toEqual(both.ought)
})

test('[SG5] tabs that are behind and act in it break what a person is promised, and no promise of a tab', () => {
  const {broken} = guaranteesOf(historyOf(20_000))
  expect(broken).toEqual([
    'monotonicWritesOfPerson',
    'monotonicReadsOfPerson',
    'readYourWritesOfPerson',
    'writesFollowReadsOfPerson',
    'noSilentFork',
  ])
})
