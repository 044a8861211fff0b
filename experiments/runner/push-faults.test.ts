import {expect, test} from 'vitest'
import {rawDelivery} from '../../servers/fcm/delivery-model.ts'
import {modelUnder, pushFaults} from './push-faults.ts'

test('[FA18] faults of push add up on what the cell had', () => {
  const base = {...rawDelivery, delayMs: 50}
  expect(
    modelUnder(base, [
      {name: 'push-delay', ms: 100},
      {name: 'push-duplicate'},
      {name: 'push-reorder', withinMs: 300},
      {name: 'push-reorder', withinMs: 200},
    ]),
  ).toEqual({
    ...base,
    name: 'fault',
    delayMs: 150,
    duplicateRate: 1,
    reorderRate: 1,
    reorderWithinMs: 300,
  })
  expect(modelUnder(base, [])).toEqual(base)
})

test('[FA18] without push there is nothing to break', async () => {
  const begin = pushFaults(null)({name: 'push-drop'}, '*', () => {})
  await expect(begin).rejects.toThrow('there is no push on this platform')
})
