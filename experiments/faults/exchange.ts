/** What faults are aimed at: one request with its answer, or one socket, and the tab that it belongs to. Rule FA1. */
import {EVERYBODY, type FaultTarget} from '../history/fault.ts'

export type Exchange = {
  /** Null: no tab has named itself. */
  readonly owner: string | null
  readonly part: 'exchange' | 'socket'
  /** A message is sent by it, or another answer asked for. */
  readonly isSend?: boolean
}

/** A connection between its exchanges, or one that cannot be read. Each connection has its own. */
export const nobodys = (): Exchange => ({owner: null, part: 'exchange'})

export function isAimedAt({owner, on}: FaultTarget, exchange: Exchange): boolean {
  if (owner !== EVERYBODY && owner !== exchange.owner) return false
  if (on === 'sends') return exchange.isSend ?? false
  return on === 'everything' || on === `${exchange.part}s`
}
