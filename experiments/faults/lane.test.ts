import fc from 'fast-check'
import {expect, test} from 'vitest'
import {nobodys} from './exchange.ts'
import {emptyLane, give, lose, put, touch, type Gate, type Lane, type Parcel} from './lane.ts'
import {createLink} from './link.ts'

const A = {...nobodys(), owner: 'A'}
const B = {...nobodys(), owner: 'B'}
const CALM: Gate = {held: false, link: null, allowance: Infinity}

const parcel = (text: string, takenAt = 0, exchange = A): Parcel => {
  return {what: 'bytes', bytes: Buffer.from(text), exchange, takenAt, touchedBy: []}
}
const fin: Parcel = {...parcel(''), what: 'fin'}
const laneOf = (...texts: string[]): Lane =>
  texts.reduce((lane, text) => put(lane, parcel(text), 0), emptyLane)
const textOf = (parcels: readonly Parcel[]) => parcels.map(({bytes}) => bytes.toString()).join('|')
const giveAll = (lane: Lane, now: number, gate: Partial<Gate> = {}, room = Infinity) =>
  give(lane, now, () => ({...CALM, ...gate}), room)

test('[FA2] what nothing stands in the way of leaves at once and in order', () => {
  const {parcels, lane, stop} = giveAll(laneOf('a', 'b'), 0)
  expect([textOf(parcels), lane.bytes, stop]).toEqual(['a|b', 0, 'empty'])
})

test('[FA5] a held parcel holds what follows it, whoever that belongs to', () => {
  const lane = put(laneOf('a'), parcel('b', 0, B), 0)
  const gateOf = ({owner}: {owner: string | null}) => ({...CALM, held: owner === 'A'})
  expect(give(lane, 0, gateOf, Infinity)).toMatchObject({parcels: [], stop: 'held', lane: {bytes: 2}})
})

test('[FA7] a later parcel with a smaller delay does not overtake', () => {
  const lane = put(put(emptyLane, parcel('a', 0), 50), parcel('b', 10), 0)
  expect(giveAll(lane, 49)).toMatchObject({parcels: [], stop: 'due', wakeAt: 50})
  expect(textOf(giveAll(lane, 50).parcels)).toBe('a|b')
})

test('[FA8] a link lets through what its rate allows, and never more', () => {
  const link = createLink(1_000)
  let lane = laneOf('x'.repeat(100))
  let [now, given] = [1_000, 0]
  for (let turn = 0; turn < 5; turn++) {
    const result = giveAll(lane, now, {link})
    given += result.parcels.reduce((sum, {bytes}) => sum + bytes.length, 0)
    expect(given).toBeLessThanOrEqual(now - 1_000)
    lane = result.lane
    now = result.wakeAt ?? now
  }
  expect([given, now]).toEqual([80, 1_100])
})

test('[FA8] lanes that share a link take turns', () => {
  const link = createLink(1_000)
  const lanes = [laneOf('x'.repeat(200)), laneOf('y'.repeat(200))]
  const passed = [0, 0]
  for (let now = 0; now <= 200; now++) {
    for (const [index, lane] of lanes.entries()) {
      const given = giveAll(lane, now, {link})
      lanes[index] = given.lane
      passed[index] = (passed[index] ?? 0) + given.parcels.reduce((sum, {bytes}) => sum + bytes.length, 0)
    }
  }
  expect(passed).toEqual([100, 100])
})

test('[FA9] exactly the allowed bytes pass, and the byte after them asks for the cut', () => {
  const {parcels, lane, stop} = giveAll(laneOf('abc', 'def'), 0, {allowance: 4})
  expect([textOf(parcels), lane.bytes, stop]).toEqual(['abc|d', 2, 'spent'])
  expect(giveAll(laneOf('abc'), 0, {allowance: 3}).stop).toBe('empty')
})

test('[FA2] the end of a stream leaves behind its bytes, and nothing follows it but a reset', () => {
  const lane = put(laneOf('a'), fin, 0)
  expect(giveAll(lane, 0).parcels.map(({what}) => what)).toEqual(['bytes', 'fin'])
  expect(() => put(lane, parcel('b'), 0)).toThrow(TypeError)
  expect(put(lane, {...fin, what: 'rst'}, 0).queue).toHaveLength(3)
})

test('[FA12] no more is given than the other end takes, but for one parcel', () => {
  expect(giveAll(laneOf('abc', 'def', 'ghi'), 0, {}, 4)).toMatchObject({stop: 'full', lane: {bytes: 3}})
})

test('[FA13] a fault touches the waiting bytes that it concerns, once', () => {
  const lane = put(laneOf('a'), parcel('b', 0, B), 0)
  const first = touch(lane, 7, ({owner}) => owner === 'B')
  expect(textOf(first.touched)).toBe('b')
  expect(touch(first.lane, 7, ({owner}) => owner === 'B').touched).toEqual([])
})

test('[FA4] what is lost is told and does not come back', () => {
  const {lane, lost} = lose(laneOf('a', 'b'))
  expect([textOf(lost), giveAll(lane, 0).stop]).toEqual(['a|b', 'empty'])
})

const act = fc.oneof(
  {weight: 4, arbitrary: fc.record({do: fc.constant('put' as const), size: fc.integer({min: 1, max: 300})})},
  {weight: 4, arbitrary: fc.record({do: fc.constant('pass' as const), ms: fc.integer({min: 0, max: 80})})},
  fc.record({do: fc.constant('hold' as const), held: fc.boolean()}),
  fc.record({do: fc.constant('delay' as const), ms: fc.integer({min: 0, max: 100})}),
  fc.record({do: fc.constant('narrow' as const), rate: fc.option(fc.integer({min: 50, max: 100_000}))}),
)

test('[FA2][FA10][FA11] whatever faults come and go: what arrives is a prefix, and after healing it is everything', () => {
  fc.assert(
    fc.property(fc.array(act, {maxLength: 60}), fc.integer({min: 1, max: 400}), (acts, room) => {
      let [lane, now, delayMs, next] = [emptyLane, 0, 0, 0]
      let gate = CALM
      const sent: number[] = []
      const arrived: number[] = []
      const pump = () => {
        const given = give(lane, now, () => gate, room)
        lane = given.lane
        for (const {bytes} of given.parcels) arrived.push(...bytes)
        expect(lane.bytes).toBe(sent.length - arrived.length)
        if (given.wakeAt !== null) expect(given.wakeAt).toBeGreaterThan(now)
        return given.stop
      }
      for (const step of acts) {
        if (step.do === 'put') {
          const bytes = Buffer.from(Array.from({length: step.size}, () => next++ % 251))
          sent.push(...bytes)
          lane = put(lane, {...parcel('', now), bytes}, delayMs)
        } else if (step.do === 'pass') now += step.ms
        else if (step.do === 'hold') gate = {...gate, held: step.held}
        else if (step.do === 'delay') delayMs = step.ms
        else gate = {...gate, link: step.rate === null ? null : createLink(step.rate)}
        if (pump() === 'held') expect(gate.held).toBe(true)
        expect(arrived).toEqual(sent.slice(0, arrived.length))
      }
      gate = CALM
      now += 1_000
      while (pump() === 'full') continue
      expect(arrived).toEqual(sent)
    }),
  )
})
