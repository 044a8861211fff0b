/** Plays one interleaving from its data alone, and says what it broke. Rules RP10, RP15. */
import {openScene, type Played} from './scene.ts'
import type {ExploreStage} from './explore-stage.ts'
import {tabsOf, type Interleaving} from './interleaving.ts'
import {judgeInterleaving} from './judge-interleaving.ts'
import {happen, isPossible, tabsAtFirst} from './possible.ts'
import type {Sought} from './sought.ts'

export type PlayedInterleaving = Played & {readonly broken: readonly Sought[]}

/** Acts that cannot happen where they stand are left out. */
export async function playInterleaving(
  interleaving: Interleaving,
  stage: ExploreStage,
): Promise<PlayedInterleaving> {
  const model = tabsAtFirst(tabsOf(interleaving))
  const scene = await openScene(interleaving, stage)
  for (const act of interleaving.acts) {
    if (!isPossible(act, model)) continue
    happen(act, model)
    await scene.do(act)
  }
  const played = await scene.end()
  return {...played, broken: judgeInterleaving(played).broken}
}
