/**
 * A frozen tab whose socket takes what it is handed and whose browser answers every ping: who found it before it came
 * back, its own positions or its pongs, and how soon? Rule K17.
 */
import {CLOSE_CODES} from '#protocol/close-codes.ts'
import type {History} from '../history/history-event.ts'
import {holdsOf} from './span.ts'
import type {StaleFinding} from './tab-recovery.ts'

export type FoundStale = {readonly stale: StaleFinding | null; readonly lines: readonly number[]}

export function foundStale(history: History, tab: string): FoundStale {
  const freeze = holdsOf(history).find((hold) => hold.tab === tab && hold.state === 'frozen')
  const about =
    freeze === undefined
      ? []
      : ledgerOf(history, tab).filter(({at}) => at >= freeze.heldFrom && at < freeze.heldTo)
  const handed = about.find(({event}) => event.kind === 'delivered' && event.messageIds.length > 0)
  if (freeze === undefined || handed === undefined) return {stale: null, lines: []}

  const after = about.filter(({at}) => at >= handed.at)
  const found = after.find(({event}) => event.kind === 'found-stale')
  // A socket that the position check closed was not found by its pongs.
  const dropped = after.find(
    ({event}) => event.kind === 'disconnected' && event.code !== CLOSE_CODES.stalePosition,
  )
  const byPing = dropped !== undefined && (found === undefined || dropped.at < found.at) ? dropped : undefined
  const watchedTo = Math.min(found?.at ?? freeze.heldTo, byPing?.at ?? freeze.heldTo)
  const since = (stamp: {readonly at: number} | undefined) =>
    stamp === undefined ? null : stamp.at - handed.at
  return {
    stale: {
      byPositionMs: since(found),
      byPingMs: since(byPing),
      pongs: after.filter(({event, at}) => event.kind === 'ponged' && at <= watchedTo).length,
      watchedMs: watchedTo - handed.at,
    },
    lines: [freeze.line, handed.line, ...[found, byPing].flatMap((stamp) => stamp?.line ?? [])],
  }
}

function ledgerOf({events}: History, tab: string) {
  return events
    .filter((event) => event.kind === 'ledger')
    .filter(({event}) => 'tab' in event && event.tab === tab)
}
