/**
 * Whether the other side is still there: silence makes a tab ask, and only an unanswered question is believed. A tab that
 * slept itself asks once more. Pure. Rules LW8–LW9.
 */
import {sharingTimes} from './defaults.ts'

export type Vigil =
  | {readonly name: 'heard'; readonly atMs: number}
  | {readonly name: 'asked'; readonly giveUpAtMs: number; readonly isSecond: boolean}
  | {readonly name: 'gone'}

export type VigilEvent =
  | {readonly type: 'sign'; readonly atMs: number}
  /** The tab has a reason to ask at once: it begins, was shown, or woke. `draw` in [0, 1). */
  | {readonly type: 'doubted'; readonly atMs: number; readonly draw: number}
  /** Some time has passed; `dueAt` says when this is of interest. */
  | {readonly type: 'due'; readonly atMs: number; readonly draw: number}

export function next(now: Vigil, event: VigilEvent, times = sharingTimes): Vigil {
  if (event.type === 'sign') return {name: 'heard', atMs: event.atMs}
  const asked = (isSecond: boolean): Vigil => ({
    name: 'asked',
    giveUpAtMs: event.atMs + times.answerMs + event.draw * times.spreadMs,
    isSecond,
  })
  switch (now.name) {
    case 'heard': {
      // A wall clock that was set back must not make a tab wait for years.
      const isSilent = event.atMs - now.atMs >= times.silentMs || event.atMs < now.atMs
      return event.type === 'doubted' || isSilent ? asked(false) : now
    }
    case 'asked': {
      if (event.type === 'doubted' || event.atMs < now.giveUpAtMs) return now
      const slept = event.atMs - now.giveUpAtMs > times.lateMs
      return slept && !now.isSecond ? asked(true) : {name: 'gone'}
    }
    case 'gone':
      return now
  }
}

/** When `due` may change something. Null: never by itself. */
export function dueAtMs(now: Vigil, times = sharingTimes): number | null {
  switch (now.name) {
    case 'heard':
      return now.atMs + times.silentMs
    case 'asked':
      return now.giveUpAtMs
    case 'gone':
      return null
  }
}
