/**
 * Why celsius closes a WebSocket. The codes the real server uses are unknown and its page does not look at them;
 * the numbers from 1000 to 1013 mean what RFC 6455 says, those from 4000 are invented. Rules CE20–CE26, CE43.
 */
export const CLOSE_CODES = {
  /** The page, or a test, is done. */
  normal: 1000,
  /** The page is going away (browsers send this one themselves). */
  goingAway: 1001,
  /** Not WebSocket: a broken frame header, for example. */
  protocolError: 1002,
  /** Binary data: celsius speaks text. */
  unsupportedData: 1003,
  /** Text that is not UTF-8. */
  invalidText: 1007,
  /** A frame that is not JSON, has a wrong shape, or comes out of order. */
  badFrame: 1008,
  /** A frame over the size limit. */
  tooLarge: 1009,
  /** The server is being drained; connect again. */
  restarting: 1012,
  /** The server carries too much; connect later. */
  overloaded: 1013,
  /** The tab did not read what was sent to it. */
  slowConsumer: 4_001,
  /** Too many connections of one user: the oldest goes. */
  connectionCap: 4_002,
  /** An operator (in the harness: a fault) disconnected the user. */
  disconnected: 4_003,
  /** More topics than one connection may follow. */
  subscriptionCap: 4_004,
  /** The tab acknowledges its positions, and has not applied in time what it was handed. */
  stalePosition: 4_005,
} as const satisfies Record<string, number>

export type CloseReason = keyof typeof CLOSE_CODES

/** The word for a code that came off a socket; 1006 is what WebSockets report for a connection that just ended. */
export function closeReasonOf(code: number): CloseReason | 'cut-off' | 'other' {
  if (code === 1006) return 'cut-off'
  const found = Object.entries(CLOSE_CODES).find(([, known]) => known === code)
  return found ? (found[0] as CloseReason) : 'other'
}
