/**
 * Makes something smaller as long as it still shows what it showed. What is tried is tried several at a time, because nearly
 * all of a try is waiting. Knows nothing of what it shrinks. Pure but for `shows`. Rules RP6, VT9.
 */

export type ShrinkOptions<T> = {
  /** The boldest first. All of them smaller, so that it ends. */
  readonly smallerThan: (now: T) => readonly T[]
  /** Whether each of them shows it, played anew. */
  readonly shows: (wave: readonly T[]) => Promise<readonly boolean[]>
  /** How many are tried at a time. */
  readonly width: number
  /** How many rounds of trying there are at most. */
  readonly rounds: number
  /** What has the same key is tried once in a look. */
  readonly keyOf?: (value: T) => string
  /** How often all that is smaller is tried before it is believed that nothing of it shows it. Once, where trying is sure. */
  readonly looks?: number
  /** Asked before every round. */
  readonly isOver?: () => boolean
  readonly onRound?: (round: ShrinkRound<T>) => void
}

export type ShrinkRound<T> = {
  readonly smallest: T
  readonly tried: number
  readonly stillShown: number
  /** Until nothing smaller is left to try, should nothing of it show it. */
  readonly roundsLeft: number
}

export type Shrunk<T> = {
  /** The smallest that was seen to show it; the very first where nothing smaller did. */
  readonly smallest: T
  /** Nothing smaller shows it: all was tried. */
  readonly isMinimal: boolean
}

export async function shrink<T>(start: T, options: ShrinkOptions<T>): Promise<Shrunk<T>> {
  const {smallerThan, shows, width, rounds, keyOf, looks = 1, isOver = () => false, onRound} = options
  const seen = new Set<string>()
  let [smallest, tried, stillShown] = [start, 0, 0]
  const untriedOf = (value: T) =>
    keyOf === undefined ? smallerThan(value) : smallerThan(value).filter((each) => !seen.has(keyOf(each)))
  let untried = untriedOf(start)
  let looksLeft = looks - 1
  for (let round = 1; round <= rounds && untried.length > 0 && !isOver(); round += 1) {
    const wave = untried.slice(0, width)
    const shown = await shows(wave)
    tried += wave.length
    stillShown += shown.filter(Boolean).length
    if (keyOf !== undefined) for (const each of wave) seen.add(keyOf(each))
    const index = shown.indexOf(true)
    const found = index === -1 ? undefined : wave[index]
    smallest = found ?? smallest
    untried = found === undefined ? untried.slice(width) : untriedOf(found)
    if (found !== undefined) looksLeft = looks - 1
    if (untried.length === 0 && looksLeft > 0) {
      looksLeft -= 1
      seen.clear()
      untried = smallerThan(smallest)
    }
    const roundsLeft = Math.min(rounds - round, Math.ceil(untried.length / width))
    onRound?.({smallest, tried, stillShown, roundsLeft})
  }
  return {smallest, isMinimal: untried.length === 0}
}

/** Without all, without either half, quarter, …, without each one; from the end, where least depends on what is left out. */
export function without<T>(items: readonly T[]): readonly (readonly T[])[] {
  const spans = new Map<string, readonly T[]>()
  for (let size = items.length; size >= 1; size = size === 1 ? 0 : Math.ceil(size / 2))
    for (let end = items.length; end > 0; end -= size) {
      const from = Math.max(0, end - size)
      spans.set(`${from}-${end}`, items.toSpliced(from, end - from))
    }
  return [...spans.values()]
}
