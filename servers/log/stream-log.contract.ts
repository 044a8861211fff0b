/** What every store of the log must do. Registered by the test beside each store. */
import * as fc from 'fast-check'
import {afterEach, beforeEach, describe, expect, test} from 'vitest'
import {compareOffsets} from '#protocol/offset.ts'
import type {LogOptions} from './memory-log.ts'
import type {LogEntry, LogPosition, StreamLog} from './stream-log.ts'

export function streamLogContract(name: string, open: (options: LogOptions) => StreamLog): void {
  describe(name, () => {
    let nowMs: number
    let log: StreamLog
    const reopen = (retention = {maxEntries: 3, maxAgeMs: 1_000}) => open({retention, nowMs: () => nowMs})

    beforeEach(() => {
      nowMs = 1_000_000
      log = reopen()
    })
    afterEach(() => log.close())

    const valuesOf = (entries: readonly LogEntry[]) => entries.map(({value}) => value)
    const appendAll = async (topic: string, ...values: string[]) => {
      const positions: LogPosition[] = []
      for (const value of values) positions.push(await log.append(topic, value))
      return positions
    }

    test('[LO1] offsets strictly increase while the clock stands and when it goes back', async () => {
      const [a, b] = await appendAll('t', 'a', 'b')
      nowMs -= 500
      const [c] = await appendAll('t', 'c')
      nowMs += 2_000
      const [d] = await appendAll('t', 'd')
      const offsets = [a!, b!, c!, d!].map(({offset}) => offset)
      expect(offsets.toSorted(compareOffsets)).toEqual(offsets)
      expect(new Set(offsets).size).toBe(4)
      expect(offsets).toEqual(['1000000-0', '1000000-1', '1000000-2', '1001500-0'])
    })

    test('[LO2] a read gives what comes after the offset, in order, once', async () => {
      const [a] = await appendAll('t', 'a', 'b', 'c')
      const read = await log.read('t', {offset: a!.offset})
      expect(read.recovered).toBe(true)
      expect(valuesOf(read.entries)).toEqual(['b', 'c'])
      expect(await log.head('t')).toEqual(read.head)
      expect((await log.read('t', read.head)).entries).toEqual([])
    })

    test('[LO3] from "0" everything is read, and nothing from a topic nobody appended to', async () => {
      await appendAll('t', 'a', 'b')
      expect(valuesOf((await log.read('t', {offset: '0'})).entries)).toEqual(['a', 'b'])
      expect(await log.read('empty', {offset: '0'})).toMatchObject({recovered: true, entries: []})
      expect((await log.head('empty')).offset).toBe('0')
    })

    test('[LO4] another epoch is not recovered; the present one and none are', async () => {
      const [a] = await appendAll('t', 'a', 'b')
      const other = await log.read('t', {epoch: 'another', offset: a!.offset})
      expect(other).toEqual({recovered: false, entries: [], head: await log.head('t')})
      expect((await log.read('t', a!)).recovered).toBe(true)
      expect((await log.read('t', {offset: a!.offset})).recovered).toBe(true)
    })

    test('[LO4] two logs have two epochs', async () => {
      const other = reopen()
      expect((await other.head('t')).epoch).not.toBe((await log.head('t')).epoch)
      await other.close()
    })

    test('[LO5] the oldest entries go when there are too many', async () => {
      const [a, b, c] = await appendAll('t', 'a', 'b', 'c', 'd')
      expect(valuesOf((await log.read('t', {offset: a!.offset})).entries)).toEqual(['b', 'c', 'd'])
      expect(valuesOf((await log.read('t', {offset: b!.offset})).entries)).toEqual(['c', 'd'])
      expect(valuesOf((await log.read('t', c!)).entries)).toEqual(['d'])
    })

    test('[LO5] entries go when they are too old, even when nobody appends', async () => {
      const [a] = await appendAll('t', 'a')
      nowMs += 600
      const [b] = await appendAll('t', 'b')
      nowMs += 401
      expect(valuesOf((await log.read('t', a!)).entries)).toEqual(['b'])
      nowMs += 600
      expect(await log.read('t', a!)).toMatchObject({recovered: false, entries: []})
      expect(await log.read('t', b!)).toMatchObject({recovered: true, entries: []})
    })

    test('[LO6] a read from before what was trimmed is not recovered and gives nothing', async () => {
      const [a, b] = await appendAll('t', 'a', 'b', 'c', 'd', 'e')
      expect(await log.read('t', a!)).toMatchObject({recovered: false, entries: []})
      expect(await log.read('t', {offset: '0'})).toMatchObject({recovered: false, entries: []})
      expect((await log.read('t', b!)).recovered).toBe(true)
    })

    test('[LO6] an offset that was never given out, or is none, is not recovered', async () => {
      await appendAll('t', 'a')
      for (const offset of ['1000000-1', '99999999-0', '', 'x', '-', '1-']) {
        expect(await log.read('t', {offset})).toMatchObject({recovered: false, entries: []})
      }
    })

    test('[LO7] a subscriber hears every later entry in order, and none after it unsubscribed', async () => {
      await appendAll('t', 'before')
      const heard: string[] = []
      const stop = await log.subscribe('t', ({value}) => heard.push(value))
      const positions = await appendAll('t', 'a', 'b')
      expect(valuesOf((await log.read('t', {offset: '0'})).entries).slice(1)).toEqual(heard)
      stop()
      stop()
      await appendAll('t', 'after')
      expect(heard).toEqual(['a', 'b'])
      expect(positions).toHaveLength(2)
    })

    test('[LO7] entries appended by a listener come after the one it hears, for everybody', async () => {
      const first: string[] = []
      const second: string[] = []
      await log.subscribe('t', ({value}) => {
        first.push(value)
        if (value === 'a') void log.append('t', 'echo')
      })
      await log.subscribe('t', ({value}) => second.push(value))
      await appendAll('t', 'a', 'b')
      expect([first, second]).toEqual([
        ['a', 'echo', 'b'],
        ['a', 'echo', 'b'],
      ])
    })

    test('[LO8] two topics are independent', async () => {
      const heard: string[] = []
      await log.subscribe('one', ({value}) => heard.push(value))
      await appendAll('two', 'a', 'b', 'c', 'd', 'e')
      await appendAll('one', 'x')
      expect(heard).toEqual(['x'])
      expect(valuesOf((await log.read('one', {offset: '0'})).entries)).toEqual(['x'])
    })

    test('[LO1–LO8] it behaves like a list that forgets its beginning', async () => {
      const topic = fc.constantFrom('one', 'two')
      const step = fc.oneof(
        {weight: 5, arbitrary: fc.record({do: fc.constant('append' as const), topic, value: fc.string()})},
        {
          weight: 2,
          arbitrary: fc.record({do: fc.constant('clock' as const), byMs: fc.integer({min: -700, max: 700})}),
        },
        {weight: 3, arbitrary: fc.record({do: fc.constant('read' as const), topic, since: fc.nat(12)})},
      )
      await fc.assert(
        fc.asyncProperty(fc.array(step, {maxLength: 40}), async (steps) => {
          const own = reopen()
          try {
            await behavesLikeAList(own, steps, (byMs) => (nowMs += byMs))
          } finally {
            await own.close()
          }
        }),
        {numRuns: 40},
      )
    })
  })
}

type ModelStep =
  | {readonly do: 'append'; readonly topic: string; readonly value: string}
  | {readonly do: 'clock'; readonly byMs: number}
  | {readonly do: 'read'; readonly topic: string; readonly since: number}

/** The model: every entry ever appended, and how many were forgotten. Retention as in the contract (3 entries, 1 s). */
async function behavesLikeAList(
  log: StreamLog,
  steps: readonly ModelStep[],
  turnClock: (byMs: number) => number,
) {
  const topics = new Map<string, {all: LogEntry[]; forgotten: number}>()
  const modelOf = (topic: string) => topics.getOrInsert(topic, {all: [], forgotten: 0})
  const msOf = (entry: LogEntry) => Number(entry.offset.split('-')[0])
  const forget = (model: {all: LogEntry[]; forgotten: number}, nowMs: number) => {
    model.forgotten = Math.max(model.forgotten, model.all.length - 3)
    while (model.forgotten < model.all.length && msOf(model.all[model.forgotten]!) < nowMs - 1_000)
      model.forgotten++
  }
  for (const step of steps) {
    const nowMs = turnClock(step.do === 'clock' ? step.byMs : 0)
    if (step.do === 'append') {
      const {offset} = await log.append(step.topic, step.value)
      modelOf(step.topic).all.push({offset, value: step.value})
    }
    for (const model of topics.values())
      if (step.do === 'append' && model === topics.get(step.topic)) forget(model, nowMs)
    if (step.do !== 'read') continue
    const model = modelOf(step.topic)
    forget(model, nowMs)
    const since = Math.min(step.since, model.all.length)
    const offset = since === 0 ? '0' : model.all[since - 1]!.offset
    const recovered = since >= model.forgotten
    expect(await log.read(step.topic, {offset})).toMatchObject({
      recovered,
      entries: recovered ? model.all.slice(since) : [],
    })
  }
}
