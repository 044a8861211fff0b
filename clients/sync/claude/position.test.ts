import fc from 'fast-check'
import {describe, expect, test} from 'vitest'
import {next, type Arrived, type Position, type PositionEvent} from './position.ts'
import {createLossyWorld} from './test-lossy-world.ts'

const at = (seq: number, epoch = 'e1') => ({epoch, offset: seq === 0 ? '0' : `1-${seq}`})
/** The nth event of the log as a push; with null its contents did not fit. */
const push = (seq: number, event: string | null = `m${seq}`, epoch = 'e1'): Arrived<string> => ({
  place: {...at(seq, epoch), previousOffset: at(seq - 1).offset},
  event,
})
const answer = (head: number, ...seqs: readonly number[]): PositionEvent<string> => ({
  type: 'answered',
  answer: {
    ...at(head),
    recovered: true,
    events: seqs.map((seq) => ({offset: at(seq).offset, event: `m${seq}`})),
  },
})
const pushed = (arrived: Arrived<string>): PositionEvent<string> => ({type: 'pushed', arrived})

/** What is taken over, what is begun, and where the tab ends, when these happen one after another. */
function replay(from: Position<string>, ...events: readonly PositionEvent<string>[]) {
  let state = from
  const delivered: string[] = []
  const begun: string[] = []
  for (const event of events) {
    const step = next(state, event)
    state = step.state
    delivered.push(...step.deliver)
    if (step.begins !== null) begun.push(step.begins)
  }
  return {state, delivered, begun}
}
const following: Position<string> = {name: 'following', at: at(3)}

describe('the first place', () => {
  test('[CC40] is the head, and only what is read after it counts', () => {
    expect(replay({name: 'nowhere'}, {type: 'begun'}, answer(7), pushed(push(8)), {type: 'read'})).toEqual({
      state: {name: 'following', at: at(8)},
      delivered: ['m8'],
      begun: ['question', 'reading'],
    })
  })

  test('[CC40] a push that comes before it makes the tab ask', () => {
    expect(replay({name: 'nowhere'}, pushed(push(8)))).toMatchObject({delivered: [], begun: ['question']})
  })
})

describe('following', () => {
  test('[CC41] what follows is taken over, what is old or doubled is dropped', () => {
    expect(replay(following, pushed(push(4)), pushed(push(4)), pushed(push(2)), pushed(push(5)))).toEqual({
      state: {name: 'following', at: at(5)},
      delivered: ['m4', 'm5'],
      begun: [],
    })
  })

  test('[CC42] a gap is asked for, and what came early joins on behind it', () => {
    expect(replay(following, pushed(push(6)), answer(6, 4, 5, 6), pushed(push(5)))).toEqual({
      state: {name: 'following', at: at(6)},
      delivered: ['m4', 'm5', 'm6'],
      begun: ['question'],
    })
  })

  test('[CC42] what was only late closes the gap before the answer does', () => {
    const late = replay(following, pushed(push(5)), pushed(push(4)))
    expect(late).toMatchObject({state: {name: 'asking', at: at(5)}, delivered: ['m4', 'm5']})
    expect(replay(late.state, answer(5, 4, 5))).toEqual({
      state: {name: 'following', at: at(5)},
      delivered: [],
      begun: [],
    })
  })

  test('[CC42] what leaves another gap behind the answer is asked for again', () => {
    expect(replay(following, pushed(push(5)), pushed(push(9)), answer(6, 4, 5, 6))).toMatchObject({
      state: {name: 'asking', at: at(6), kept: []},
      delivered: ['m4', 'm5', 'm6'],
      begun: ['question', 'question'],
    })
  })

  test('[CC45] who wants to know while a question is under way has another one behind it', () => {
    expect(replay(following, {type: 'due'}, {type: 'due'}, answer(3))).toMatchObject({
      state: {name: 'asking', at: at(3), isDueAgain: false},
      begun: ['question', 'question'],
    })
  })

  test('[CC42] a push whose contents did not fit is asked for', () => {
    expect(replay(following, pushed(push(4, null)), answer(4, 4))).toMatchObject({
      state: {name: 'following', at: at(4)},
      delivered: ['m4'],
      begun: ['question'],
    })
  })
})

describe('what cannot be recovered', () => {
  test('[CC43] another epoch, or a place that is too old, makes the tab read anew from the new head on', () => {
    const step = replay(following, pushed(push(1, 'n1', 'e2')), {
      type: 'answered',
      answer: {...at(2, 'e2'), recovered: false, events: []},
    })
    expect(step).toMatchObject({state: {name: 'reading', head: at(2, 'e2')}, delivered: []})
    expect(replay(step.state, {type: 'read'})).toMatchObject({delivered: []})
  })

  test('[CC43] what came by itself meanwhile stays taken over', () => {
    const answered: PositionEvent<string> = {
      type: 'answered',
      answer: {...at(4), recovered: false, events: []},
    }
    expect(replay(following, {type: 'due'}, pushed(push(4)), pushed(push(5)), answered)).toMatchObject({
      state: {name: 'reading', head: at(5)},
      delivered: ['m4', 'm5'],
    })
  })

  test('[CC43] a late push of a former epoch costs a question and nothing else', () => {
    const now: Position<string> = {name: 'following', at: at(2, 'e2')}
    const reply: PositionEvent<string> = {
      type: 'answered',
      answer: {...at(2, 'e2'), recovered: true, events: []},
    }
    expect(replay(now, pushed(push(9)), reply, reply)).toMatchObject({state: now, delivered: []})
  })

  test('[CC44] what nobody answers is asked again later, and meanwhile what follows is taken over', () => {
    const waiting = replay(following, {type: 'due'}, {type: 'failed'}, pushed(push(4)), pushed(push(7)))
    expect(waiting).toEqual({
      state: {name: 'waiting', at: at(4), failures: 1},
      delivered: ['m4'],
      begun: ['question', 'wait'],
    })
    expect(replay(waiting.state, {type: 'due'}, answer(7, 5, 6, 7))).toMatchObject({
      state: {name: 'following', at: at(7)},
      delivered: ['m5', 'm6', 'm7'],
    })
  })

  test('[CC44] a reading that fails begins again with the head', () => {
    const reading: Position<string> = {
      name: 'reading',
      head: at(9),
      kept: [],
      isDueAgain: false,
      failures: 1,
    }
    expect(replay(reading, {type: 'failed'}, {type: 'due'}).state).toEqual({
      name: 'asking',
      at: null,
      kept: [],
      isDueAgain: false,
      failures: 2,
    })
  })

  test('[CC44] what is refused is not asked for any more', () => {
    expect(replay(following, {type: 'due'}, {type: 'refused'}).state).toEqual({name: 'nowhere'})
  })
})

describe('any loss, doubling, reordering and change of epoch, any interleaving of answers', () => {
  const choices = fc.array(fc.nat(100_000), {maxLength: 150, size: 'max'})

  function worldAfter(all: readonly number[]) {
    const world = createLossyWorld()
    world.check()
    world.settle()
    for (const choice of all) world.draw(choice)
    return world
  }

  test('[CC41] [CC42] nothing is taken over twice, too early or without what comes before it', () => {
    fc.assert(
      fc.property(choices, (all) => {
        const world = worldAfter(all)
        expect(world.mistakes).toEqual([])
      }),
      {numRuns: 2_000},
    )
  })

  test('[CC45] a tab that checks its place ends with the log, also where every push was lost', () => {
    fc.assert(
      fc.property(choices, (all) => {
        const world = worldAfter(all)
        world.losePushes()
        world.check()
        world.settle()
        expect(world.shown()).toEqual(world.committed())
        expect(world.mistakes).toEqual([])
      }),
      {numRuns: 2_000},
    )
  })

  test('[CC42] one that does not ends with it as soon as one more push arrives', () => {
    fc.assert(
      fc.property(choices, (all) => {
        const world = worldAfter(all)
        world.losePushes()
        world.take('commit', 0)
        world.take('push', 0)
        world.settle()
        expect(world.shown()).toEqual(world.committed())
        expect(world.mistakes).toEqual([])
      }),
      {numRuns: 2_000},
    )
  })
})
