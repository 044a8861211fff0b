/** Plays one interleaving from its data alone, and says what it broke. Rules RP10, RP15. */
import {openScene, type Played} from './scene.ts'
import {startExploreStage, type ExploreStage} from './explore-stage.ts'
import {tabsOf, type Interleaving} from './interleaving.ts'
import {judgeInterleaving} from './judge-interleaving.ts'
import {happen, isPossible, tabsAtFirst} from './possible.ts'
import {soughtUnder, type Sought} from './sought.ts'

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

/** On a stage of its own; fewer than so many times where the signal ended it. `isFailed`: it broke what is looked for. */
export async function playedAgain(
  interleaving: Interleaving,
  times: number,
  signal: AbortSignal,
): Promise<readonly {readonly text: string; readonly isFailed: boolean}[]> {
  const stage = await startExploreStage()
  const sought = soughtUnder(interleaving)
  const all: {readonly text: string; readonly isFailed: boolean}[] = []
  try {
    while (all.length < times && !signal.aborted) {
      const {text, broken} = await playInterleaving(interleaving, stage)
      all.push({text, isFailed: broken.some((name) => sought.includes(name))})
    }
    return all
  } finally {
    await stage.close()
  }
}
