/** The numbers of celsius. All invented except `keepAliveMs` (observed, one source). Rules CE3, CE18, CE21–CE27, CE36, CE44, CE47. */
export type CelsiusSettings = {
  /** How long a socket URL opens sockets; longer than a page keeps it (25 min). */
  readonly verifyForMs: number
  readonly maxFrameBytes: number
  /** What may wait for one tab before it counts as not reading. */
  readonly maxQueuedBytes: number
  readonly maxSocketsPerUser: number
  readonly maxTopicsPerSocket: number
  readonly keepAliveMs: number
  readonly pingMs: number
  /** How long a tab that sends positions may take to take what it was handed. */
  readonly positionBoundMs: number
  /** 0: no heartbeats on turn topics. */
  readonly heartbeatMs: number
  /** How long a closed socket may take to say so itself. */
  readonly closeWithinMs: number
}

/** What may be set for a server and for a person. */
export type ChannelSettings = Partial<Pick<CelsiusSettings, 'keepAliveMs' | 'pingMs' | 'positionBoundMs'>>

export const defaultCelsiusSettings: CelsiusSettings = {
  verifyForMs: 30 * 60_000,
  maxFrameBytes: 64 * 1024,
  maxQueuedBytes: 1024 * 1024,
  maxSocketsPerUser: 16,
  maxTopicsPerSocket: 200,
  keepAliveMs: 30_000,
  pingMs: 10_000,
  positionBoundMs: 3_000,
  heartbeatMs: 0,
  closeWithinMs: 1_000,
}
