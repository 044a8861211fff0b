/** What a checker says of a history. `unknown` is never printed as a pass. */
export type Violation = {
  /** The SPEC rule, for example `K1`. */
  readonly rule: string
  readonly tab: string
  /** 1-based line numbers in the cell's history file that prove it. */
  readonly lines: readonly number[]
  readonly note: string
}

export type Verdict =
  | {readonly verdict: 'valid'; readonly details?: Readonly<Record<string, number>>}
  | {
      readonly verdict: 'invalid'
      readonly because: readonly Violation[]
      readonly details?: Readonly<Record<string, number>>
    }
  | {readonly verdict: 'unknown'; readonly why: string}

const MOST_LINES = 6

/** To follow on what they prove: at most six of them. */
export const sayLines = (lines: readonly number[]): string =>
  lines.length === 0
    ? ''
    : ` (${lines.length === 1 ? 'line' : 'lines'} ${lines.slice(0, MOST_LINES).join(', ')}${lines.length > MOST_LINES ? ' …' : ''})`
