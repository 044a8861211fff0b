/** The numbers of MCS. Rules MC3, MC10–MC13. */
export type McsSettings = {
  readonly maxStanzaBytes: number
  /** From the TLS handshake to a complete login. */
  readonly loginWithinMs: number
  /** How often a device is asked to ping. */
  readonly heartbeatMs: number
  /** How many heartbeats may be missed before the connection counts as dead. */
  readonly missedHeartbeats: number
  /** What may wait for one device before it counts as not reading. */
  readonly maxOutboundBytes: number
  /** How long a connection that ends may take to hear so. */
  readonly closeWithinMs: number
}

export const defaultMcsSettings: McsSettings = {
  maxStanzaBytes: 64 * 1024,
  loginWithinMs: 10_000,
  heartbeatMs: 60_000,
  missedHeartbeats: 3,
  maxOutboundBytes: 8 * 1024 * 1024,
  closeWithinMs: 1_000,
}
