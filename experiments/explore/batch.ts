/**
 * A batch of interleavings: drawn from a seed, played one after another by fast-check, which makes the first that breaks
 * something smaller until nothing smaller breaks the same. Rules RP10, RP15.
 */
import {createHash} from 'node:crypto'
import * as fc from 'fast-check'
import {actsOf, commandsOf, paces, type Commands} from './commands.ts'
import type {ExploreStage} from './explore-stage.ts'
import {FEWEST_TABS, tabsOf, type Interleaving, type Pace, type Target} from './interleaving.ts'
import {judgeInterleaving} from './judge-interleaving.ts'
import type {ExplorePath} from './path.ts'
import {playInterleaving} from './play-interleaving.ts'
import {tabsAtFirst} from './possible.ts'
import {openScene, type Played} from './scene.ts'
import type {Sought} from './sought.ts'

export type BatchOrder = {
  readonly target: Target
  readonly sought: readonly Sought[]
  /** With the target and the index it draws all that is in the batch. */
  readonly seed: string
  readonly index: number
  readonly size: number
  readonly mostTabs: number
  /** Only this one, and nothing smaller. */
  readonly path: ExplorePath | null
}

export type Find = {
  readonly broken: readonly Sought[]
  /** What every smaller one had to break, too. */
  readonly principal: Sought
  /** The how-many-th of the batch it was, from 1. */
  readonly foundAt: number
  readonly path: ExplorePath
  readonly interleaving: Interleaving
  /** How often it was made smaller, and how many plays that took. */
  readonly shrinks: number
  readonly triedSmaller: number
  /** The smallest was played so often again, and broke the same so often. */
  readonly again: {readonly times: number; readonly broke: number}
  /** As a history file has it. */
  readonly history: string
}

export type BatchOutcome = {
  readonly played: number
  /** Digests of the different orders of acts and deliveries among them. */
  readonly orders: readonly string[]
  /** How many broke what; a find ends the batch. */
  readonly broken: Partial<Record<Sought, number>>
  readonly find: Find | null
}

/** A find is made smaller by so many plays at most. */
const MOST_SMALLER = 400
/** Sockets are real, so that no two plays are quite alike: what is smaller breaks nothing only if it does not so often. */
const TRIES = 2
const AGAIN = 3

type Drawn = readonly [number, Pace, Commands]
type Broke = {
  readonly interleaving: Interleaving
  readonly played: Played
  readonly broken: readonly Sought[]
}

export async function playBatch(
  order: BatchOrder,
  stage: ExploreStage,
  onPlayed: () => void,
  signal: AbortSignal,
): Promise<BatchOutcome> {
  const {target, sought, index, size, path} = order
  const orders = new Set<string>()
  const broken: Partial<Record<Sought, number>> = {}
  const count = {played: 0, triedSmaller: 0}
  let first: {readonly at: number; readonly principal: Sought} | null = null
  let smallest: Broke | null = null

  async function play([tabCount, pace, commands]: Drawn): Promise<Broke> {
    const tabs = tabsOf({tabCount})
    const acts = await actsOf(commands, tabs)
    const interleaving = {...target, seed: `${order.seed}/${index}`, tabCount, pace, acts}
    const scene = await openScene(interleaving, stage)
    await fc.asyncModelRun(() => ({model: tabsAtFirst(tabs), real: scene}), commands)
    const played = await scene.end()
    return {interleaving, played, broken: judgeInterleaving(played).broken}
  }

  /** Whether nothing was found. */
  async function holds(drawn: Drawn): Promise<boolean> {
    if (signal.aborted) return true
    if (first !== null) return !(await isSmaller(drawn, first.principal))
    const done = await play(drawn)
    count.played += 1
    orders.add(digestOf(done.played.order))
    for (const name of done.broken) broken[name] = (broken[name] ?? 0) + 1
    onPlayed()
    const principal = done.broken.find((name) => sought.includes(name))
    if (principal === undefined) return true
    first = {at: count.played, principal}
    smallest = done
    return false
  }

  async function isSmaller(drawn: Drawn, principal: Sought): Promise<boolean> {
    for (let tries = 0; tries < TRIES && count.triedSmaller < MOST_SMALLER && !signal.aborted; tries += 1) {
      count.triedSmaller += 1
      const done = await play(drawn).catch(() => null)
      if (done === null || !done.broken.includes(principal)) continue
      smallest = done
      return true
    }
    return false
  }

  const tabCounts = fc.integer({min: FEWEST_TABS, max: order.mostTabs})
  const property = fc.asyncProperty(tabCounts, paces, commandsOf(path?.replayPath ?? null), (...drawn) =>
    holds(drawn),
  )
  const details = await fc.check(property, {
    seed: numberOf(JSON.stringify([order.seed, index, target])),
    numRuns: size,
    ...(path !== null && {path: path.path, endOnFailure: true}),
  })
  const outcome = {played: count.played, orders: [...orders], broken}
  const {counterexample, counterexamplePath, numShrinks} = details
  if (first === null || smallest === null || counterexample === null || counterexamplePath === null) {
    if (details.errorInstance !== null && details.failed && first === null) throw details.errorInstance
    return {...outcome, find: null}
  }
  const {interleaving, played, broken: breaks} = smallest as Broke
  const {at, principal} = first as {readonly at: number; readonly principal: Sought}
  const find: Find = {
    broken: breaks,
    principal,
    foundAt: at,
    path: path ?? {index, path: counterexamplePath, replayPath: replayPathOf(counterexample[2])},
    interleaving,
    shrinks: numShrinks,
    triedSmaller: count.triedSmaller,
    again: await playAgain(interleaving, principal, stage, signal),
    history: played.text,
  }
  return {...outcome, find}
}

async function playAgain(
  interleaving: Interleaving,
  principal: Sought,
  stage: ExploreStage,
  signal: AbortSignal,
): Promise<Find['again']> {
  let [times, broke] = [0, 0]
  while (times < AGAIN && !signal.aborted) {
    times += 1
    if ((await playInterleaving(interleaving, stage)).broken.includes(principal)) broke += 1
  }
  return {times, broke}
}

/** fast-check says it in its own words only. */
const replayPathOf = (commands: Commands): string =>
  /replayPath="([^"]*)"/.exec(fc.stringify(commands))?.[1] ?? ':'

const digestOf = (text: string): string => createHash('sha256').update(text).digest('base64url').slice(0, 12)

const numberOf = (text: string): number => createHash('sha256').update(text).digest().readInt32BE(0)
