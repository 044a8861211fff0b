/** Why a connection was refused, as a word for the record. Never says what came. Rules MC3, MC6–MC8. */
export type McsRefusalCode =
  | 'bad-version'
  | 'unknown-tag'
  | 'bad-length'
  | 'too-large'
  | 'malformed'
  | 'not-logged-in'
  | 'out-of-order'
  | 'wrong-token'
  | 'login-overdue'

export class McsRefusal extends Error {
  override readonly name = 'McsRefusal'
  readonly code: McsRefusalCode

  constructor(code: McsRefusalCode) {
    super(code)
    this.code = code
  }
}
