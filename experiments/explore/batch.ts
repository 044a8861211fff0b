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
  /** Only this one: what {@link Find} calls its path. */
  readonly path: string | null
}

export type Find = {
  readonly broken: readonly Sought[]
  /** What every smaller one had to break, too. */
  readonly principal: Sought
  /** The how-many-th of the batch it was, from 1. */
  readonly foundAt: number
  readonly path: string
  readonly interleaving: Interleaving
  /** How often it was made smaller, and how many were played for that. */
  readonly shrinks: number
  readonly triedSmaller: number
  /** As a history file has it. */
  readonly history: string
}

export type BatchOutcome = {
  readonly played: number
  /** How many different orders of acts and deliveries were among them, by their digest. */
  readonly orders: readonly string[]
  /** How many broke what; a find ends the batch. */
  readonly broken: Partial<Record<Sought, number>>
  readonly find: Find | null
  readonly isEnded: boolean
}

/** A find is made smaller by so many plays at most. */
const MOST_SMALLER = 400

type Drawn = readonly [number, Pace, Commands]

export async function playBatch(
  order: BatchOrder,
  stage: ExploreStage,
  onPlayed: () => void,
  signal: AbortSignal,
): Promise<BatchOutcome> {
  const {target, sought, index, size} = order
  const path = order.path === null ? null : readPath(order.path)
  const orders = new Set<string>()
  const broken: Partial<Record<Sought, number>> = {}
  let found: {
    readonly interleaving: Interleaving
    readonly played: Played
    readonly broken: readonly Sought[]
  } | null = null
  let principal: Sought | null = null
  let [played, triedSmaller, foundAt] = [0, 0, 0]

  async function plays([tabCount, pace, commands]: Drawn): Promise<boolean> {
    if (signal.aborted || triedSmaller >= MOST_SMALLER) return true
    const tabs = tabsOf({tabCount})
    const acts = await actsOf(commands, tabs)
    const interleaving = {...target, seed: `${order.seed}/${index}`, tabCount, pace, acts}
    const scene = await openScene(interleaving, stage)
    await fc.asyncModelRun(() => ({model: tabsAtFirst(tabs), real: scene}), commands)
    const done = await scene.end()
    if (principal === null) {
      played += 1
      orders.add(digestOf(done.order))
      onPlayed()
    } else triedSmaller += 1
    const all = judgeInterleaving(done).broken
    if (principal === null) for (const name of all) broken[name] = (broken[name] ?? 0) + 1
    const first = all.find((name) => sought.includes(name))
    if (first === undefined || (principal !== null && !all.includes(principal))) return true
    if (principal === null) foundAt = played
    principal ??= first
    found = {interleaving, played: done, broken: all}
    return false
  }

  const property = fc.asyncProperty(
    fc.integer({min: FEWEST_TABS, max: order.mostTabs}),
    paces,
    commandsOf(path?.replayPath ?? null),
    async (...drawn) => plays(drawn),
  )
  const details = await fc.check(property, {
    seed: numberOf(JSON.stringify([order.seed, index, target])),
    numRuns: size,
    ...(path !== null && {path: path.path}),
  })
  if (details.errorInstance !== null && details.errorInstance !== undefined && found === null)
    throw details.errorInstance
  return {
    played,
    orders: [...orders],
    broken,
    find: findOf(found, principal, details, {foundAt, triedSmaller, index}),
    isEnded: signal.aborted,
  }
}

function findOf(
  found: {
    readonly interleaving: Interleaving
    readonly played: Played
    readonly broken: readonly Sought[]
  } | null,
  principal: Sought | null,
  {counterexample, counterexamplePath, numShrinks}: fc.RunDetails<[number, Pace, Commands]>,
  {
    foundAt,
    triedSmaller,
    index,
  }: {readonly foundAt: number; readonly triedSmaller: number; readonly index: number},
): Find | null {
  if (found === null || principal === null || counterexample === null || counterexamplePath === null)
    return null
  const [, replayPath = ''] = /replayPath="([^"]*)"/.exec(String(counterexample[2])) ?? []
  return {
    broken: found.broken,
    principal,
    foundAt,
    path: `${index}/${counterexamplePath}/${replayPath}`,
    interleaving: found.interleaving,
    shrinks: numShrinks,
    triedSmaller,
    history: found.played.text,
  }
}

export type ExplorePath = {readonly index: number; readonly path: string; readonly replayPath: string}

const PATH = /^(?<index>\d{1,6})\/(?<path>\d+(?::\d+)*)\/(?<replayPath>[\w+/]*:[\w+/]*)$/

/** Throws TypeError where it is none. */
export function readPath(text: string): ExplorePath {
  const {index, path, replayPath} = PATH.exec(text)?.groups ?? {}
  if (index === undefined || path === undefined || replayPath === undefined) throw new TypeError('no path')
  return {index: Number(index), path, replayPath}
}

const digestOf = (text: string): string => createHash('sha256').update(text).digest('base64url').slice(0, 12)

const numberOf = (text: string): number => createHash('sha256').update(text).digest().readInt32BE(0)
