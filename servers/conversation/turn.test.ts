import * as fc from 'fast-check'
import {expect, test} from 'vitest'
import {isRunning, next, type TurnEvent, type TurnState} from './turn.ts'

const replay = (...types: TurnEvent['type'][]) =>
  types.reduce<TurnState>((state, type) => next(state, {type}), {name: 'queued'}).name

test('[ST1] a turn streams, then is complete', () => {
  expect([replay(), replay('began'), replay('began', 'finished')]).toEqual([
    'queued',
    'streaming',
    'complete',
  ])
})

test('[ST5] a stop is first asked for, then obeyed, unless the last token overtakes it', () => {
  expect(replay('began', 'stop-asked')).toBe('stop-requested')
  expect(replay('began', 'stop-asked', 'halted')).toBe('stopped')
  expect(replay('began', 'stop-asked', 'finished')).toBe('complete')
  expect(replay('began', 'halted')).toBe('streaming')
})

test('[ST3] whatever runs fails when its process is gone', () => {
  expect([replay('broke'), replay('began', 'broke'), replay('stop-asked', 'broke')]).toEqual(
    Array(3).fill('failed'),
  )
})

test('final states are final', () => {
  const event = fc.constantFrom<TurnEvent['type']>('began', 'stop-asked', 'finished', 'halted', 'broke')
  fc.assert(
    fc.property(fc.array(event), event, (before, after) => {
      const state = before.reduce<TurnState>((now, type) => next(now, {type}), {name: 'queued'})
      if (!isRunning(state)) expect(next(state, {type: after})).toBe(state)
    }),
  )
})
