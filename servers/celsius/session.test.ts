import * as fc from 'fast-check'
import {expect, test} from 'vitest'
import type {ClientFrame} from '#protocol/celsius-command.ts'
import {newSession, takeFrame} from './session.ts'

const connect = {type: 'connect', presence: {type: 'presence', state: 'foreground'}} as const
const subscribe = (topic_id: string) => ({type: 'subscribe', topic_id}) as const
const numbered = (...commands: readonly ClientFrame[number]['command'][]): ClientFrame =>
  commands.map((command, index) => ({id: index + 1, command}))

test('[CE7] connect and subscribes may share the first frame', () => {
  const outcome = takeFrame(newSession, numbered(connect, subscribe('conversations')), 10)
  expect(outcome).toMatchObject({
    session: {name: 'connected', lastId: 2, topics: new Set(['conversations'])},
    steps: [
      {do: 'answer', id: 1},
      {do: 'follow', id: 2},
    ],
  })
})

test('[CE9] a refused frame leaves the session as it was', () => {
  const frame = numbered(connect, subscribe('a'), connect)
  expect(takeFrame(newSession, frame, 10)).toEqual({refused: 'badFrame', code: 'out-of-order'})
  expect(newSession).toEqual({name: 'awaiting-connect', lastId: 0, topics: new Set()})
})

test('[CE26] leaving makes room for another topic', () => {
  const frame = numbered(connect, subscribe('a'), {type: 'unsubscribe', topic_id: 'a'}, subscribe('b'))
  expect(takeFrame(newSession, frame, 1)).toMatchObject({session: {topics: new Set(['b'])}})
  expect(takeFrame(newSession, numbered(connect, subscribe('a'), subscribe('b')), 1)).toMatchObject({
    refused: 'subscriptionCap',
  })
})

test('[CE6] ids only ever rise, and every command of a taken frame has one step', () => {
  const command = fc.constantFrom<ClientFrame[number]['command'][]>(
    connect,
    subscribe('a'),
    {type: 'unsubscribe', topic_id: 'a'},
    {type: 'presence', state: 'background'},
  )
  const frames = fc.array(fc.array(fc.record({id: fc.integer({min: 1, max: 12}), command}), {maxLength: 4}), {
    maxLength: 6,
  })
  fc.assert(
    fc.property(frames, (given) => {
      let session = newSession
      const taken: number[] = []
      for (const frame of given) {
        const outcome = takeFrame(session, frame, 5)
        if ('refused' in outcome) continue
        session = outcome.session
        expect(outcome.steps.map(({id}) => id)).toEqual(frame.map(({id}) => id))
        taken.push(...frame.map(({id}) => id))
      }
      expect(taken).toEqual([...new Set(taken)].toSorted((a, b) => a - b))
    }),
  )
})
