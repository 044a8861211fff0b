/** What the WebSocket library finds wrong with frames, as the ledger and the close code say it. Rules CE9, CE21. */
import type {CloseReason} from '#protocol/close-codes.ts'

export type BrokenFrame = {readonly code: string; readonly reason: CloseReason}

const TOO_LARGE: BrokenFrame = {code: 'too-large', reason: 'tooLarge'}
const KNOWN: Readonly<Record<string, BrokenFrame>> = {
  WS_ERR_UNSUPPORTED_MESSAGE_LENGTH: TOO_LARGE,
  WS_ERR_UNSUPPORTED_DATA_PAYLOAD_LENGTH: TOO_LARGE,
  WS_ERR_TOO_MANY_BUFFERED_PARTS: TOO_LARGE,
  WS_ERR_INVALID_UTF8: {code: 'not-utf8', reason: 'invalidText'},
}

/** Null for errors of the line, which are nobody's fault. */
export function brokenFrame(errorCode: string): BrokenFrame | null {
  if (!errorCode.startsWith('WS_ERR_')) return null
  return KNOWN[errorCode] ?? {code: 'broken-frame', reason: 'protocolError'}
}
