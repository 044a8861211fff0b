import {expect, test} from 'vitest'
import {createFaultBoard} from '../faults/fault-board.ts'
import type {Fault, FaultSchedule} from '../history/fault.ts'
import type {FaultEvent} from '../history/fault-event.ts'
import {FaultStage, type Carriers} from './fault-stage.ts'

const nobody = () => Promise.reject(new TypeError('nobody asked for this'))
const played = (fault: Fault, healAtMs: number | null = null, atMs = 0): FaultSchedule[number] => ({
  atMs,
  healAtMs,
  owner: '*',
  on: 'everything',
  fault,
})

function stageFor(schedule: FaultSchedule, carriers: Partial<Carriers>) {
  const events: FaultEvent[] = []
  const record = (event: FaultEvent) => events.push(event)
  const stage = new FaultStage({
    board: createFaultBoard({seed: 's', record}),
    schedule,
    record,
    carriers: {server: nobody, push: nobody, tab: nobody, ...carriers},
  })
  const told = () =>
    events.map((event) => {
      const id = 'faultId' in event ? event.faultId : 0
      return event.kind === 'fault-carried-out' ? `${id} ${event.what}` : `${id} ${event.kind.slice(6)}`
    })
  return {stage, told}
}

const never = new AbortController().signal

test('[FA20] faults are numbered in one row, whoever carries them out', async () => {
  const {stage, told} = stageFor(
    [played({name: 'blackhole'}), played({name: 'kill'}), played({name: 'rst'})],
    {
      server: async () => async () => {},
    },
  )
  await stage.play()
  expect(told()).toEqual(['1 began', '2 began', '3 began'])
  expect(await stage.heal()).toBe(true)
  expect(told().slice(3).toSorted()).toEqual(['1 healed', '2 healed', '3 healed'])
})

test('[FA20] a fault heals after it stood, and the next of its kind begins after that', async () => {
  const {stage, told} = stageFor([played({name: 'kill'}, 0), played({name: 'slow', ms: 5}, 0)], {
    server: async (fault, _, tell) => {
      await Promise.resolve()
      tell(`${fault.name} stands`)
      return async () => tell(`${fault.name} is over`)
    },
  })
  await stage.play()
  expect(told().filter((each) => !each.endsWith('began'))).toEqual([
    '1 kill stands',
    '2 slow stands',
    '1 kill is over',
    '1 healed',
    '2 slow is over',
    '2 healed',
  ])
})

test('[FA20] what is over by itself is healed when it is, and not once more', async () => {
  const {stage, told} = stageFor([played({name: 'mcs-cut'})], {push: async () => null})
  await stage.play()
  await stage.heal()
  expect(told()).toEqual(['1 began', '1 healed'])
})

test('[FA20] what could not be carried out is told in the end, and the rest goes on', async () => {
  const {stage, told} = stageFor([played({name: 'kill'}), played({name: 'cdp-offline'})], {
    server: async () => async () => Promise.reject(new Error('it does not come back')),
    tab: async (_fault, _owner, tell) => {
      tell('page-offline')
      return async () => tell('page-online')
    },
  })
  await stage.play()
  expect(await stage.heal()).toBe(false)
  expect(stage.failure?.message).toBe('it does not come back')
  expect(told()).toContain('2 page-online')
  expect(told()).not.toContain('1 healed')
})

test('[FA20] what heals in its own time is waited for; what waits to be healed is not', async () => {
  const healing = stageFor([played({name: 'blackhole'}, 20)], {})
  await healing.stage.play()
  await healing.stage.untilHealed(never)
  expect(healing.told()).toEqual(['1 began', '1 healed'])

  const standing = stageFor([played({name: 'blackhole'})], {})
  await standing.stage.play()
  await standing.stage.untilHealed(never)
  expect(standing.told()).toEqual(['1 began'])
})

test('[FA20] a stage that is stopped begins and heals nothing more', async () => {
  const {stage, told} = stageFor([played({name: 'blackhole'}, 5), played({name: 'rst'}, 10, 8)], {})
  await stage.play()
  await stage.stop()
  await expect(stage.untilHealed(AbortSignal.timeout(30))).rejects.toThrow()
  expect(told()).toEqual(['1 began'])
})
