/**
 * Which shared worker a tab sits at. One that is gone is opened again under its name, where the other tabs meet it, too;
 * one that answers nothing keeps its name, so everybody goes on to the next generation. Pure. Rules LW8–LW9, LW20–LW21.
 */
import {sharingTimes} from './defaults.ts'
import {next as nextVigil, type Vigil, type VigilEvent} from './vigil.ts'

export type Seat = {
  readonly generation: number
  /** How often a worker was opened: another number asks for another port. */
  readonly openings: number
  readonly vigil: Vigil
  /** `silent`: nothing was heard since it was opened. `broken`: nor will be. */
  readonly worker: 'silent' | 'broken' | 'heard'
}

/** `known`: the highest generation that any tab of this browser went on to. */
export type SeatEvent =
  | Extract<VigilEvent, {type: 'doubted'}>
  | (Extract<VigilEvent, {type: 'sign' | 'due'}> & {readonly draw: number; readonly known: number})
  | {readonly type: 'gone'; readonly atMs: number; readonly draw: number; readonly known: number}

export const takeSeat = (generation: number, atMs: number, draw: number): Seat => ({
  generation,
  openings: 1,
  vigil: asking(atMs, draw),
  worker: 'silent',
})

const starting = {...sharingTimes, answerMs: sharingTimes.startMs}

const asking = (atMs: number, draw: number): Vigil =>
  nextVigil({name: 'heard', atMs}, {type: 'doubted', atMs, draw}, starting)

export function next(now: Seat, event: SeatEvent): Seat {
  if (event.type === 'gone') {
    // What cannot be started is not started again at once.
    if (now.worker !== 'heard') return {...now, worker: 'broken'}
    return reopened(now, Math.max(event.known, now.generation), event)
  }
  // Others found this worker silent, and met at another one: it is one socket for all tabs, so this tab goes, too.
  if (event.type === 'sign' && event.known > now.generation) return reopened(now, event.known, event)
  const vigil = nextVigil(now.vigil, event)
  const worker = event.type === 'sign' ? 'heard' : now.worker
  if (vigil.name !== 'gone' || event.type !== 'due')
    return vigil === now.vigil ? now : {...now, vigil, worker}
  const beyond = now.worker === 'broken' ? now.generation : now.generation + 1
  return reopened(now, Math.max(event.known, beyond), event)
}

const reopened = (
  {openings}: Seat,
  generation: number,
  {atMs, draw}: {atMs: number; draw: number},
): Seat => ({
  generation,
  openings: openings + 1,
  vigil: asking(atMs, draw),
  worker: 'silent',
})
