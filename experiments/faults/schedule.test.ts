import fc from 'fast-check'
import {expect, test} from 'vitest'
import {EVERYBODY, NETWORK_FAULT_NAMES, type FaultSchedule, type ScheduledFault} from '../history/fault.ts'
import {readFaultSchedule} from '../history/read-fault-schedule.ts'
import {drawSchedule} from './draw-schedule.ts'
import {playSchedule} from './schedule-player.ts'
import {entryInWords, scheduleInWords} from '../history/schedule-words.ts'
import {next, nextAtMs, scheduled, type Move, type ScheduleState} from './schedule.ts'

const entry = (atMs: number, healAtMs: number | null): ScheduledFault => {
  return {atMs, healAtMs, owner: 'A', on: 'everything', fault: {name: 'rst'}}
}
const said = (moves: readonly Move[]) => moves.map((move) => `${move.do} ${move.entry}`)

test('[FA14] what is due begins and heals, in the order of its time', () => {
  const start = scheduled([entry(50, 90), entry(10, 60)])
  expect(nextAtMs(start)).toBe(10)
  const first = next(start, {type: 'passed', ms: 55})
  expect(said(first.moves)).toEqual(['begin 1', 'begin 0'])
  const second = next(first.state, {type: 'passed', ms: 200})
  expect([said(second.moves), second.state.name]).toEqual([['heal 1', 'heal 0'], 'over'])
})

test('[FA14] at one moment faults begin before others heal, and one that strikes once does both', () => {
  const {moves} = next(scheduled([entry(0, 5), entry(5, 9), entry(5, 5)]), {type: 'passed', ms: 5})
  expect(said(moves)).toEqual(['begin 0', 'begin 1', 'begin 2', 'heal 0', 'heal 2'])
})

test('[FA14] healing everything ends the schedule: what stands heals, what is ahead never begins', () => {
  const {state} = next(scheduled([entry(0, null), entry(5, 9)]), {type: 'passed', ms: 1})
  const {moves, state: after} = next(state, {type: 'heal-all'})
  expect([said(moves), after.name, nextAtMs(after)]).toEqual([['heal 0'], 'over', null])
  expect(next(after, {type: 'passed', ms: 99}).moves).toEqual([])
})

test('[FA14] a schedule without entries is over before it starts', () => {
  expect(scheduled([]).name).toBe('over')
})

const wishes = fc.record({
  seed: fc.string(),
  tabs: fc.constant(['A', 'B']),
  lengthMs: fc.integer({min: 200, max: 60_000}),
  count: fc.integer({min: 0, max: 12}),
})

test('[FA14] whenever time is told: each fault begins once, heals once after it, and none in front of its time', () => {
  fc.assert(
    fc.property(wishes, fc.array(fc.integer({min: 0, max: 70_000})), (wish, times) => {
      const schedule = drawSchedule(wish)
      let state: ScheduleState = scheduled(schedule)
      const done: string[] = []
      for (const ms of [...times, 70_000]) {
        const step = next(state, {type: 'passed', ms})
        state = step.state
        for (const move of step.moves) {
          const {atMs, healAtMs} = schedule[move.entry] ?? entry(Infinity, Infinity)
          expect(move.do === 'begin' ? atMs : healAtMs).toBeLessThanOrEqual(state.passedMs)
          if (move.do === 'heal') expect(done).toContain(`begin ${move.entry}`)
          done.push(...said([move]))
        }
      }
      expect(state.name).toBe('over')
      const all = schedule.flatMap((_, index) => [`begin ${index}`, `heal ${index}`])
      expect(done.toSorted()).toEqual(all.toSorted())
    }),
  )
})

test('[FA14] what is drawn can be written and read back, heals in time, and comes the same from the same seed', () => {
  fc.assert(
    fc.property(wishes, (wish) => {
      const schedule = drawSchedule(wish)
      expect(readFaultSchedule(JSON.stringify(schedule), wish.tabs)).toEqual(schedule)
      expect(drawSchedule(wish)).toEqual(schedule)
      for (const {healAtMs} of schedule) expect(healAtMs).toBeLessThanOrEqual(wish.lengthMs)
    }),
  )
})

test('[FA14] every fault and everybody can be drawn', () => {
  const drawn = drawSchedule({seed: 's', tabs: ['A', 'B'], lengthMs: 20_000, count: 300})
  expect(new Set(drawn.map(({fault}) => fault.name))).toEqual(new Set(NETWORK_FAULT_NAMES))
  expect(new Set(drawn.map(({owner}) => owner))).toEqual(new Set(['A', 'B', EVERYBODY]))
  expect(drawn).not.toEqual(drawSchedule({seed: 't', tabs: ['A', 'B'], lengthMs: 20_000, count: 300}))
})

test('[FA14] a schedule can be told in words', () => {
  const schedule: FaultSchedule = [
    {...entry(1_200, 3_400), fault: {name: 'blackhole'}},
    entry(5, 5),
    {
      ...entry(0, null),
      owner: EVERYBODY,
      on: 'exchanges',
      fault: {name: 'cut-after-bytes', bytes: 400, direction: 'to-client', by: 'fin', times: 2},
    },
  ]
  expect(scheduleInWords(schedule)).toEqual([
    'from 1200 to 3400 ms, A: nothing gets through, and nobody is told (blackhole)',
    'at 5 ms, once, A: connections are reset (rst)',
    'from 0 ms to the end, everybody, exchanges only: cut by fin after 400 bytes to-client, 2 times (cut-after-bytes)',
  ])
  for (const one of drawSchedule({seed: 's', tabs: ['A'], lengthMs: 9_000, count: 50}))
    expect(entryInWords(one)).toContain(`${one.atMs}`)
})

test('[FA14] a schedule is played on the clock, and never early', async () => {
  const begunAt = performance.now()
  const done: {what: string; ms: number}[] = []
  const note = (what: string) => done.push({what, ms: performance.now() - begunAt})
  const player = playSchedule({
    schedule: [entry(20, 40), entry(0, 30)],
    begin: ({atMs}) => {
      note(`begin ${atMs}`)
      return () => note(`heal ${atMs}`)
    },
  })
  expect(done.map(({what}) => what)).toEqual(['begin 0'])
  await player.over
  expect(done.map(({what}) => what)).toEqual(['begin 0', 'begin 20', 'heal 0', 'heal 20'])
  for (const [index, due] of [0, 20, 30, 40].entries()) expect(done[index]?.ms).toBeGreaterThanOrEqual(due)
})

test('[FA14] a player that heals everything is over at once', async () => {
  const healed: number[] = []
  const player = playSchedule({
    schedule: [entry(0, null), entry(60_000, null)],
    begin: ({atMs}) => {
      return () => healed.push(atMs)
    },
  })
  player.healAll()
  await player.over
  expect(healed).toEqual([0])
})
