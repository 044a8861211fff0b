/** How the scripted model writes. The ranges are the founding comparison's (modelled, not measured). */
export type ModelSettings = {
  /** Seeds texts and timing together with the message they answer. */
  readonly seed: string
  /** True: the whole answer at once, no waiting. */
  readonly instant: boolean
  /** Divides every delay. */
  readonly speed: number
  /** Uniform range of the wait before the first token, in milliseconds. */
  readonly firstTokenDelayMs: readonly [number, number]
  /** Uniform range of the rate of one answer, in tokens per second. */
  readonly tokensPerSecond: readonly [number, number]
  /** Uniform range of an answer's length, in tokens. */
  readonly tokens: readonly [number, number]
}

export const defaultModelSettings: ModelSettings = {
  seed: 'tabwitness',
  instant: false,
  speed: 1,
  firstTokenDelayMs: [300, 2_000],
  tokensPerSecond: [30, 80],
  tokens: [20, 60],
}
