/** What was wrong with outside text, as a word a ledger can group by. The message is for people and quotes no contents. */

/** A definite error certainly had no effect; after an indefinite one the operation may have taken place. */
const DEFINITE = {
  'not-json': true,
  'bad-shape': true,
  'too-large': true,
  'too-deep': true,
  'out-of-order': true,
  'not-connected': true,
  'unknown-encoding': true,
  'bad-delta': true,
  'timed-out': false,
  'cut-off': false,
} as const satisfies Record<string, boolean>

export type ProtocolErrorCode = keyof typeof DEFINITE

export class ProtocolError extends Error {
  override readonly name = 'ProtocolError'
  readonly code: ProtocolErrorCode

  constructor(code: ProtocolErrorCode, message: string, options?: ErrorOptions) {
    super(`${code}: ${message}`, options)
    this.code = code
  }

  get definite(): boolean {
    return DEFINITE[this.code]
  }
}
