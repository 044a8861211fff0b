/** `tabwitness explore --acts`: plays the acts that were typed, as often as was asked, and keeps every history. */
import {mkdirSync, writeFileSync} from 'node:fs'
import {join} from 'node:path'
import {startExploreStage} from '../explore/explore-stage.ts'
import {readActs, specOf, tabsOf, type Interleaving} from '../explore/interleaving.ts'
import {playInterleaving} from '../explore/play-interleaving.ts'
import {isPredicted, soughtUnder, type Sought} from '../explore/sought.ts'
import {soughtInWords, storyOf, targetInWords} from '../explore/words.ts'
import {cellId} from '../history/cell-id.ts'
import type {ExploreFlags} from './explore-command.ts'
import {newFolder, targetsOf, type ExplorePlace} from './explore-place.ts'

const EXIT_FOUND = 1
const EXIT_UNFINISHED = 2

export async function playExploredActs(
  flags: ExploreFlags,
  acts: string,
  {surface, signal, out}: ExplorePlace,
): Promise<void> {
  const [target] = targetsOf(flags)
  if (target === undefined) throw new TypeError('there is nothing to play')
  const {tabs: tabCount, pace, seed, times} = flags
  const read = readActs('--acts', acts, tabsOf({tabCount}))
  const interleaving: Interleaving = {...target, seed, tabCount, pace, acts: read}
  const sought = flags.guarantees ?? soughtUnder(target)
  const folder = join(newFolder(out), 'cells')
  const stage = await startExploreStage()
  let [played, found, surprising] = [0, 0, 0]
  try {
    while (played < times && !signal.aborted) {
      const done = await playInterleaving(interleaving, stage)
      played += 1
      const broken = done.broken.filter((name) => sought.includes(name))
      if (broken.length > 0) found += 1
      if (broken.some((name) => !isPredicted(name, target))) surprising += 1
      mkdirSync(folder, {recursive: true})
      const file = `${cellId(specOf(interleaving))}${played === 1 ? '' : `-${played}`}.jsonl`
      writeFileSync(join(folder, file), done.text)
      if (flags.json) surface.say(JSON.stringify({type: 'played', broken: done.broken, file}))
      else if (!flags.quiet) surface.say(sayPlayed(done.broken, done.text))
    }
  } finally {
    await stage.close()
  }
  surface.say(
    flags.json
      ? JSON.stringify({type: 'outcome', target, played, found, folder})
      : `${targetInWords(target)}: broken in ${found} of ${played}; histories in ${folder}`,
  )
  surface.endWith(surprising > 0 ? EXIT_FOUND : played < times ? EXIT_UNFINISHED : 0)
}

function sayPlayed(broken: readonly Sought[], history: string): string {
  const [principal] = broken
  if (principal === undefined) return 'nothing was broken'
  const story = storyOf({principal, history}).map((sentence) => `  ${sentence}`)
  return [broken.map(soughtInWords).join('; '), ...story].join('\n')
}
