/**
 * An exploration: for every target so many interleavings, in batches over several processes, until something is found. The
 * first find is that of the first batch that has one, whatever was played beside it. Knows no terminal. Rules RP10, RP14.
 */
import type {BatchOutcome, Find} from './batch.ts'
import type {Explorers} from './explorers.ts'
import type {Target} from './interleaving.ts'
import type {ExplorePath} from './path.ts'
import {isPredicted, soughtUnder, type Sought} from './sought.ts'

export type ExploreOptions = {
  readonly targets: readonly Target[]
  /** Null: what each target promises. */
  readonly sought: readonly Sought[] | null
  readonly interleavings: number
  readonly seed: string
  readonly mostTabs: number
  /** How many batches are played beside each other. */
  readonly lanes: number
}

export type Explored = {
  readonly target: Target
  readonly sought: readonly Sought[]
  readonly played: number
  /** How many different orders of acts and deliveries there were. */
  readonly orders: number
  readonly broken: Partial<Record<Sought, number>>
  /** `foundAt` counts from the first batch on. */
  readonly find: Find | null
  readonly isFinished: boolean
  readonly tookMs: number
}

/** Small enough that all processes have something to do, large enough that nobody waits for the last. */
const BATCH = 50

export const isSurprise = ({target, find}: Pick<Explored, 'target' | 'find'>): boolean =>
  find !== null && !isPredicted(find.principal, target)

export async function explore(
  options: ExploreOptions,
  explorers: Explorers,
  onPlayed: (target: Target) => void,
  onExplored: (explored: Explored) => void,
  signal: AbortSignal,
): Promise<readonly Explored[]> {
  const all: Explored[] = []
  for (const target of options.targets) {
    if (signal.aborted) break
    const explored = await exploreTarget(target, options, explorers, () => onPlayed(target), signal)
    all.push(explored)
    onExplored(explored)
  }
  return all
}

async function exploreTarget(
  target: Target,
  {interleavings, seed, mostTabs, lanes, ...options}: ExploreOptions,
  explorers: Explorers,
  onPlayed: () => void,
  signal: AbortSignal,
): Promise<Explored> {
  const startedAt = performance.now()
  const sought = options.sought ?? soughtUnder(target)
  const done = new Map<number, BatchOutcome>()
  const running = new Map<number, AbortController>()
  const sizes = Array.from({length: Math.ceil(interleavings / BATCH)}, (_, index) =>
    Math.min(BATCH, interleavings - index * BATCH),
  )
  let firstFound = Number.POSITIVE_INFINITY

  async function play(index: number, size: number): Promise<void> {
    const life = new AbortController()
    running.set(index, life)
    const order = {target, sought, seed, index, size, mostTabs, path: null}
    const outcome = await explorers.explore(order, onPlayed, AbortSignal.any([signal, life.signal]))
    running.delete(index)
    done.set(index, outcome)
    if (outcome.find === null || index > firstFound) return
    firstFound = index
    for (const [other, beside] of running) if (other > index) beside.abort()
  }

  const batches = sizes.entries()
  const lane = async () => {
    for (const [index, size] of batches) {
      if (signal.aborted || index > firstFound) return
      await play(index, size)
    }
  }
  await Promise.all(Array.from({length: lanes}, lane))
  return summed(target, sought, done, {
    isFinished: !signal.aborted,
    tookMs: performance.now() - startedAt,
  })
}

function summed(
  target: Target,
  sought: readonly Sought[],
  done: ReadonlyMap<number, BatchOutcome>,
  how: Pick<Explored, 'isFinished' | 'tookMs'>,
): Explored {
  const outcomes = [...done].toSorted(([a], [b]) => a - b)
  const broken: Partial<Record<Sought, number>> = {}
  for (const [, outcome] of outcomes)
    for (const [name, count] of Object.entries(outcome.broken) as [Sought, number][])
      broken[name] = (broken[name] ?? 0) + count
  const [index, first] = outcomes.find(([, {find}]) => find !== null) ?? [0, null]
  const find = first?.find ?? null
  return {
    target,
    sought,
    played: outcomes.reduce((sum, [, outcome]) => sum + outcome.played, 0),
    orders: new Set(outcomes.flatMap(([, outcome]) => outcome.orders)).size,
    broken,
    find: find && {...find, foundAt: index * BATCH + find.foundAt},
    ...how,
  }
}

/** One find once more, from its path. */
export async function exploreAgain(
  options: Pick<ExploreOptions, 'sought' | 'seed' | 'mostTabs'> & {
    readonly target: Target
    readonly path: ExplorePath
  },
  explorers: Explorers,
  signal: AbortSignal,
): Promise<Explored> {
  const startedAt = performance.now()
  const {target, path, seed, mostTabs} = options
  const sought = options.sought ?? soughtUnder(target)
  const order = {target, sought, seed, index: path.index, size: 1, mostTabs, path}
  const outcome = await explorers.explore(order, () => {}, signal)
  const tookMs = performance.now() - startedAt
  return summed(target, sought, new Map([[0, outcome]]), {isFinished: !signal.aborted, tookMs})
}
