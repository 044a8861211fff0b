/**
 * Where a tab stands in the log of the conversation it shows, and what it does about what is missing. Pure: no network and
 * no timer; `position-follower.ts` feeds it and carries out what a step begins. Does not know what events mean. Invented.
 * Rests on CP8: what was pushed before a question was asked lies at or before the head that answers it. Rules CC40–CC44.
 */
import type {LogPlace, PushPlace} from '#protocol/claude/channel-events.ts'
import {compareOffsets} from '#protocol/offset.ts'

/** A push as it came. `event` is null where it only says that there is something: its contents were too long. */
export type Arrived<E> = {readonly place: PushPlace; readonly event: E | null}

export type Answer<E> = LogPlace & {
  readonly recovered: boolean
  readonly events: readonly {readonly offset: string; readonly event: E}[]
}

/** What a question or a reading that is under way does not cover yet. */
type UnderWay<E> = {
  /** Came too early. */
  readonly kept: readonly Arrived<E>[]
  /** Somebody wants to know how things stand since it began: then it is asked once more. */
  readonly isDueAgain: boolean
  readonly failures: number
}

/** `at`: everything up to there is taken over; null while that is true of no place. */
export type Position<E> =
  /** Nobody asked yet, or nobody may ask. */
  | {readonly name: 'nowhere'}
  | {readonly name: 'following'; readonly at: LogPlace}
  /** What came after `at` is being asked for; with null, only where the log stands. */
  | ({readonly name: 'asking'; readonly at: LogPlace | null} & UnderWay<E>)
  /** The conversation is being read: what it holds lies at `head` or further. */
  | ({readonly name: 'reading'; readonly head: LogPlace} & UnderWay<E>)
  /** There was no answer. The next question covers what comes until then, so nothing is kept for it. */
  | {readonly name: 'waiting'; readonly at: LogPlace | null; readonly failures: number}

export type PositionEvent<E> =
  | {readonly type: 'begun'}
  | {readonly type: 'pushed'; readonly arrived: Arrived<E>}
  | {readonly type: 'answered'; readonly answer: Answer<E>}
  /** The conversation was read, where nothing is behind, after the head was known. */
  | {readonly type: 'read'}
  /** The question, or the reading, had no answer. */
  | {readonly type: 'failed'}
  /** It was refused: asking again would change nothing. */
  | {readonly type: 'refused'}
  /** The wait is over, or somebody wants to know at once. */
  | {readonly type: 'due'}

export type PositionStep<E> = {
  readonly state: Position<E>
  /** To be taken over in this order: nothing is missing before any of them. */
  readonly deliver: readonly E[]
  /** What is to be begun now, for the state that was just entered. */
  readonly begins: 'question' | 'reading' | 'wait' | null
}

export function next<E>(now: Position<E>, event: PositionEvent<E>): PositionStep<E> {
  switch (event.type) {
    case 'begun':
      return now.name === 'nowhere' ? ask(null, [], 0) : still(now)
    case 'due':
      return due(now)
    case 'pushed':
      return take(now, event.arrived)
    case 'answered':
      return now.name === 'asking' ? answer(now, event.answer) : still(now)
    case 'read':
      return now.name === 'reading' ? settle(now.head, now) : still(now)
    case 'failed':
      if (now.name === 'asking') return wait(now.at, now.failures + 1)
      // What was known before is worth nothing any more, or it would not have been read.
      return now.name === 'reading' ? wait(null, now.failures + 1) : still(now)
    case 'refused':
      return still({name: 'nowhere'})
  }
}

const still = <E>(state: Position<E>, deliver: readonly E[] = []): PositionStep<E> => ({
  state,
  deliver,
  begins: null,
})

function ask<E>(
  at: LogPlace | null,
  kept: readonly Arrived<E>[],
  failures: number,
  deliver: readonly E[] = [],
): PositionStep<E> {
  const state = {name: 'asking', at, kept, isDueAgain: false, failures} as const
  return {state, deliver, begins: 'question'}
}

const wait = <E>(at: LogPlace | null, failures: number): PositionStep<E> => ({
  state: {name: 'waiting', at, failures},
  deliver: [],
  begins: 'wait',
})

function due<E>(now: Position<E>): PositionStep<E> {
  switch (now.name) {
    case 'nowhere':
      return still(now)
    case 'following':
      return ask(now.at, [], 0)
    case 'waiting':
      return ask(now.at, [], now.failures)
    case 'asking':
    case 'reading':
      return still({...now, isDueAgain: true})
  }
}

function take<E>(now: Position<E>, arrived: Arrived<E>): PositionStep<E> {
  switch (now.name) {
    case 'nowhere':
      return ask(null, [], 0)
    case 'reading':
      return still({...now, kept: [...now.kept, arrived]})
    case 'following': {
      const {at, deliver, early} = advance(now.at, [arrived])
      return early.length === 0 ? still({name: 'following', at}, deliver) : ask(at, early, 0, deliver)
    }
    case 'waiting': {
      if (now.at === null) return still(now)
      const {at, deliver} = advance(now.at, [arrived])
      return still({...now, at}, deliver)
    }
    case 'asking': {
      if (now.at === null) return still({...now, kept: [...now.kept, arrived]})
      const {at, deliver, early} = advance(now.at, [...now.kept, arrived])
      return still({...now, at, kept: early}, deliver)
    }
  }
}

function answer<E>(
  {at: from, ...underWay}: Extract<Position<E>, {name: 'asking'}>,
  {recovered, epoch, offset, events}: Answer<E>,
): PositionStep<E> {
  // While the question was under way some may have come by themselves.
  const isFurther = from?.epoch === epoch && compareOffsets(from.offset, offset) > 0
  const at = isFurther ? from : {epoch, offset}
  if (from === null || !recovered || from.epoch !== epoch)
    return {state: {...underWay, name: 'reading', head: at}, deliver: [], begins: 'reading'}
  const missed = events.filter((event) => compareOffsets(event.offset, from.offset) > 0)
  return settle(
    at,
    underWay,
    missed.map(({event}) => event),
  )
}

/** What came too early joins on; what still does not is asked for. Of what is asked for now, nothing need be kept. */
function settle<E>(
  from: LogPlace,
  {kept, isDueAgain}: Pick<UnderWay<E>, 'kept' | 'isDueAgain'>,
  before: readonly E[] = [],
): PositionStep<E> {
  const {at, deliver: joined, early} = advance(from, kept)
  const deliver = [...before, ...joined]
  const isSettled = early.length === 0 && !isDueAgain
  return isSettled ? still({name: 'following', at}, deliver) : ask(at, [], 0, deliver)
}

type Advance<E> = {
  readonly at: LogPlace
  readonly deliver: readonly E[]
  readonly early: readonly Arrived<E>[]
}

/** Takes what follows upon `from` without a gap. What is old or doubled is dropped, what is left came too early. */
function advance<E>(from: LogPlace, arrived: readonly Arrived<E>[]): Advance<E> {
  const deliver: E[] = []
  const early = arrived.filter(({place}) => place.epoch !== from.epoch)
  const ours = arrived.filter(({place}) => place.epoch === from.epoch)
  let at = from
  for (const one of ours.toSorted((a, b) => compareOffsets(a.place.offset, b.place.offset))) {
    const {offset, epoch, previousOffset} = one.place
    if (compareOffsets(offset, at.offset) <= 0) continue
    if (one.event === null || compareOffsets(previousOffset, at.offset) > 0) {
      early.push(one)
      continue
    }
    deliver.push(one.event)
    at = {epoch, offset}
  }
  return {at, deliver, early}
}
