/** What a run lays upon running servers: more than they can carry, or slowness. Both platforms share it. Invented; harness only. Rules CE42, CE48. */
export type Strain = {
  /** Under overload: when it is worth to come back, in seconds. Null: not overloaded. */
  retryAfterS: number | null
  /** Everything begins so much later, in milliseconds. */
  slowMs: number
}

export const noStrain = (): Strain => ({retryAfterS: null, slowMs: 0})
