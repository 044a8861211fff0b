/** The numbers of our autopush server, all invented. Rules AP10, AP12. */
export type AutopushSettings = {
  readonly maxFrameBytes: number
  /** How long an open socket may take to say hello. */
  readonly helloWithinMs: number
  /** How long a closed socket may take to say so itself. */
  readonly closeWithinMs: number
}

export const defaultAutopushSettings: AutopushSettings = {
  maxFrameBytes: 64 * 1024,
  helloWithinMs: 10_000,
  closeWithinMs: 1_000,
}
