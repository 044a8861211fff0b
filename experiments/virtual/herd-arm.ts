/** The ways to wait that a herd is tried with. Pure. Rule VT10. */

/** How a page draws its first wait. All wait 3 s on average; each later wait is 1.5 times as long, as was observed. */
export const ARMS = {
  observed: {inWords: 'observed: 1 to 5 s, drawn once a page', draw: (u: number) => u},
  'full-jitter': {inWords: 'full jitter: 0 to 6 s', draw: (u: number) => 1.5 * u - 0.25},
  'no-jitter': {inWords: 'no jitter: 3 s', draw: () => 0.5},
} as const
export type Arm = keyof typeof ARMS
