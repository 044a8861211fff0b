/**
 * Which tab holds the browser's one socket. The browser's lock decides: whoever has it leads, everybody else waits for it
 * in a queue, so that a leader that ends or crashes is followed at once. A leader that keeps the lock and answers nothing
 * is robbed of it. Pure; `leader-channel.ts` does what a new state asks for. Rules LW7–LW11.
 */
import {next as nextVigil, type Vigil, type VigilEvent} from './vigil.ts'

export type Election =
  | {readonly name: 'following'; readonly vigil: Vigil; readonly seen: number}
  /** The lock is being taken from a leader that answers nothing. */
  | {readonly name: 'taking-over'; readonly seen: number}
  | {readonly name: 'leading'; readonly generation: number; readonly why: string}
  /** The page is frozen: it can hear, but neither wait nor hold a socket, so it wants no lock. */
  | {readonly name: 'resting'; readonly seen: number}
  | {readonly name: 'closed'}

export type ElectionEvent =
  | VigilEvent
  /** A hub of this generation spoke; our own does not count. */
  | {readonly type: 'heard'; readonly generation: number; readonly atMs: number}
  | {readonly type: 'granted'; readonly atMs: number}
  /** The lock was taken from us, or could not be had. */
  | {readonly type: 'lost'; readonly atMs: number; readonly draw: number}
  | {readonly type: 'frozen'}
  | {readonly type: 'closed'}

/** At first nobody is known: whoever leads is asked. */
export const beginElection = (atMs: number, draw: number): Election => ({
  name: 'following',
  vigil: asking(atMs, draw),
  seen: 0,
})

const asking = (atMs: number, draw: number): Vigil =>
  nextVigil({name: 'heard', atMs}, {type: 'doubted', atMs, draw})

export function next(now: Election, event: ElectionEvent): Election {
  if (now.name === 'closed') return now
  if (event.type === 'closed') return {name: 'closed'}
  if (event.type === 'frozen') return now.name === 'resting' ? now : {name: 'resting', seen: seenBy(now)}

  switch (now.name) {
    case 'resting':
      if (event.type === 'heard') return {...now, seen: Math.max(now.seen, event.generation)}
      // A page that is back asks who leads now.
      return event.type === 'doubted'
        ? {name: 'following', vigil: asking(event.atMs, event.draw), seen: now.seen}
        : now
    case 'following':
      return follow(now, event)
    case 'taking-over':
      if (event.type === 'granted') return lead(now.seen, event.atMs, 'the leader answered nothing')
      if (event.type === 'lost')
        return {name: 'following', vigil: asking(event.atMs, event.draw), seen: now.seen}
      return event.type === 'heard' && event.generation > now.seen ? {...now, seen: event.generation} : now
    case 'leading':
      // Frozen meanwhile, deposed meanwhile: the news may come before the loss of the lock does.
      if (event.type === 'heard' && event.generation > now.generation)
        return {name: 'following', vigil: {name: 'heard', atMs: event.atMs}, seen: event.generation}
      if (event.type === 'lost')
        return {name: 'following', vigil: asking(event.atMs, event.draw), seen: now.generation}
      return now
  }
}

type Following = Extract<Election, {name: 'following'}>

function follow(now: Following, event: Exclude<ElectionEvent, {type: 'closed' | 'frozen'}>): Election {
  switch (event.type) {
    case 'granted':
      return lead(now.seen, event.atMs, 'the lock was free')
    case 'heard':
      // A leader that was deposed and does not know it yet is no sign of life.
      if (event.generation < now.seen) return now
      return {name: 'following', vigil: {name: 'heard', atMs: event.atMs}, seen: event.generation}
    case 'sign':
    case 'doubted':
    case 'due': {
      const vigil = nextVigil(now.vigil, event)
      if (vigil.name === 'gone') return {name: 'taking-over', seen: now.seen}
      return vigil === now.vigil ? now : {...now, vigil}
    }
    case 'lost':
      return now
  }
}

const seenBy = (now: Exclude<Election, {name: 'closed'}>): number =>
  now.name === 'leading' ? now.generation : now.seen

/** Generations rise by the wall clock, so that a leader whom nobody told of its predecessors comes after them, too. */
function lead(seen: number, atMs: number, why: string): Election {
  return {name: 'leading', generation: Math.max(Math.floor(atMs), seen + 1), why}
}
