/**
 * Whether a tab shows what the server has: the path to the current leaf, whole, and nothing else but prompts of its own
 * that never reached the server and are called failed. Pure. Rule VT6.
 */
export type ServedLine = {
  readonly id: string
  readonly chars: number
  readonly textHash: string
  readonly status: string
}
export type ShownLine = {
  readonly id: string
  readonly chars: number
  readonly status: string
  /** Where the whole text was read. */
  readonly textHash?: string
}

/** Nothing is being written any more. */
export const isSettled = (served: readonly ServedLine[]): boolean =>
  served.every(({status}) => status !== 'in_progress')

/** What the tab lacks, has too much or has otherwise, as sentences; empty when it is fresh. */
export function differencesFrom(
  served: readonly ServedLine[],
  shown: readonly ShownLine[],
): readonly {readonly id: string; readonly note: string}[] {
  const known = new Map(served.map((line, index) => [line.id, {...line, index}]))
  const seen = new Map(shown.map((line) => [line.id, line]))
  const lacking = served.flatMap((line) => {
    const note = lackOf(line, seen.get(line.id))
    return note === null ? [] : [{id: line.id, note}]
  })
  const strangers = shown.filter(({id, status}) => !known.has(id) && status !== 'failed')
  const places = shown.flatMap(({id}) => known.get(id)?.index ?? [])
  const isInOrder = places.every((place, index) => index === 0 || place > (places[index - 1] ?? -1))
  return [
    ...lacking,
    ...strangers.map(({id, status}) => ({
      id,
      note: `${id} is shown as ${status} and is not on the server's path`,
    })),
    ...(isInOrder ? [] : [{id: '', note: "the messages stand in another order than the server's"}]),
  ]
}

function lackOf(served: ServedLine, shown: ShownLine | undefined): string | null {
  const {id, chars, status, textHash} = served
  if (shown === undefined) return `${id} is not shown`
  if (shown.chars !== chars) return `${id} is shown with ${shown.chars} of ${chars} characters`
  if (shown.textHash !== undefined && shown.textHash !== textHash) return `${id} is shown with another text`
  return shown.status === status ? null : `${id} is shown as ${shown.status}, and is ${status}`
}
