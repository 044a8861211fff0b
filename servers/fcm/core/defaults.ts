/** The numbers of the push core. Rules PU5, PU8–PU11. */
export type QueueLimits = {
  readonly maxBodyBytes: number
  /** Four weeks, in seconds. */
  readonly maxTtlSeconds: number
  /** Messages without a topic that one subscription may have stored while its device is away. */
  readonly maxStored: number
  /** Different topics that one subscription may have stored while its device is away. */
  readonly maxTopics: number
  /** Messages that one device may have on its link without having acknowledged them. */
  readonly maxInFlight: number
}

export const defaultQueueLimits: QueueLimits = {
  maxBodyBytes: 4_096,
  maxTtlSeconds: 2_419_200,
  maxStored: 100,
  maxTopics: 4,
  maxInFlight: 100,
}
