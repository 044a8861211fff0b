/** What is planned for later, earliest first; equal times keep the order of planning. Pure: `dueAtMs` is of whatever clock asks. Rule TG8. */
export type Planned<W> = {readonly dueAtMs: number; readonly work: W}
export type Schedule<W> = readonly Planned<W>[]

export function plan<W>(schedule: Schedule<W>, planned: Planned<W>): Schedule<W> {
  const after = schedule.findIndex(({dueAtMs}) => dueAtMs > planned.dueAtMs)
  return after < 0 ? [...schedule, planned] : schedule.toSpliced(after, 0, planned)
}

/** The earliest of what is due by then, and what is left without it; null while nothing is due. */
export function takeDue<W>(
  [first, ...rest]: Schedule<W>,
  byMs: number,
): {readonly due: Planned<W>; readonly rest: Schedule<W>} | null {
  return first !== undefined && first.dueAtMs <= byMs ? {due: first, rest} : null
}
