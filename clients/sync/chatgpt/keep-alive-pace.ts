/**
 * How often this server keeps its links alive, learnt from the gaps between the empty frames of one link. Pure.
 * The longest of the last few counts: what was late for once makes the next gap short. Invented. Rule CO12.
 */
import {keepAlive} from './defaults.ts'

export type KeepAlivePace = {readonly lastAtMs: number | null; readonly gapsMs: readonly number[]}

export const unknownPace: KeepAlivePace = {lastAtMs: null, gapsMs: []}

export function heardKeepAlive({lastAtMs, gapsMs}: KeepAlivePace, at: number): KeepAlivePace {
  if (lastAtMs === null) return {lastAtMs: at, gapsMs}
  return {lastAtMs: at, gapsMs: [...gapsMs, at - lastAtMs].slice(-keepAlive.gapsRemembered)}
}

/** What was learnt stays, but nothing is known of the time between two links. */
export const linkEnded = ({gapsMs}: KeepAlivePace): KeepAlivePace => ({lastAtMs: null, gapsMs})

export function keepAliveMs({gapsMs}: KeepAlivePace): number {
  if (gapsMs.length < keepAlive.gapsRemembered) return keepAlive.defaultMs
  return Math.min(keepAlive.defaultMs, Math.max(keepAlive.leastMs, ...gapsMs))
}
