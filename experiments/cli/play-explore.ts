/** Carries `tabwitness explore` out: explores, shows how it goes, keeps what was found, and says what the exit code is. */
import {mkdirSync, writeFileSync} from 'node:fs'
import {availableParallelism} from 'node:os'
import {join} from 'node:path'
import {confirmFinds, type Confirmation} from '../explore/confirm.ts'
import {explore, exploreAgain, isSurprise, type Explored} from '../explore/explore.ts'
import {startExplorers, type Explorers} from '../explore/explorers.ts'
import {specOf} from '../explore/interleaving.ts'
import {pathInShort, readPath} from '../explore/path.ts'
import {isPredicted} from '../explore/sought.ts'
import {actsCommand, againCommand, confirmationInWords, exploredInWords, storyOf} from '../explore/words.ts'
import {cellId} from '../history/cell-id.ts'
import type {Surface} from './command-line.ts'
import type {ExploreFlags} from './explore-command.ts'
import {newFolder, targetsOf, type ExplorePlace} from './explore-place.ts'
import {exploreProgress} from './explore-progress.ts'
import {playExploredActs} from './play-explored-acts.ts'

const EXIT_FOUND = 1
const EXIT_UNFINISHED = 2
const MOST_PROCESSES = 4
/** Much of an interleaving is waiting. */
const LANES_OF_A_PROCESS = 4
const CONFIRMED_TIMES = 3
const CONFIRMED_AT_A_TIME = 2

export async function playExplore(flags: ExploreFlags, place: ExplorePlace): Promise<void> {
  if (flags.acts !== undefined) return playExploredActs(flags, flags.acts, place)
  const {surface, signal} = place
  const processes = Math.min(MOST_PROCESSES, availableParallelism())
  const explorers = await startExplorers(flags.path === undefined ? processes : 1)
  let all: readonly Explored[]
  try {
    all =
      flags.path === undefined
        ? await run(flags, processes * LANES_OF_A_PROCESS, explorers, place)
        : [await again(flags, flags.path, explorers, signal)]
  } finally {
    await explorers.close()
  }
  const folder = keep(all, flags, place)
  const confirmations = await confirmed(all, folder, flags, place)
  tell(all, confirmations, folder, flags, surface)
  const isUnfinished = signal.aborted || all.some(({isFinished}) => !isFinished)
  surface.endWith(all.some(isSurprise) ? EXIT_FOUND : isUnfinished ? EXIT_UNFINISHED : 0)
}

async function run(
  flags: ExploreFlags,
  lanes: number,
  explorers: Explorers,
  {surface, signal}: ExplorePlace,
): Promise<readonly Explored[]> {
  const targets = targetsOf(flags)
  const show = exploreProgress(flags, targets, surface)
  const {interleavings, seed, tabs: mostTabs, guarantees = null} = flags
  const options = {targets, sought: guarantees, interleavings, seed, mostTabs, lanes}
  return explore(options, explorers, show.played, show.explored, signal).finally(() => show.end())
}

async function again(
  flags: ExploreFlags,
  path: string,
  explorers: Explorers,
  signal: AbortSignal,
): Promise<Explored> {
  const [target] = targetsOf(flags)
  if (target === undefined) throw new TypeError('there is nothing to explore')
  const {seed, tabs: mostTabs, guarantees = null} = flags
  const options = {target, path: readPath('--path', path), sought: guarantees, seed, mostTabs}
  return exploreAgain(options, explorers, signal)
}

/** The finds' histories, and the outcome. A folder of its own for every exploration that found something. */
function keep(all: readonly Explored[], flags: ExploreFlags, {out}: ExplorePlace): string | null {
  const finds = all.flatMap(({find}) => find ?? [])
  if (finds.length === 0) return null
  const folder = newFolder(out)
  mkdirSync(join(folder, 'cells'), {recursive: true})
  for (const {interleaving, history} of finds)
    writeFileSync(join(folder, 'cells', `${cellId(specOf(interleaving))}.jsonl`), history)
  const outcome = all.map((explored) => outcomeOf(explored, flags, null))
  writeFileSync(join(folder, 'explored.json'), `${JSON.stringify(outcome, null, 2)}\n`)
  return folder
}

async function confirmed(
  all: readonly Explored[],
  folder: string | null,
  {seed}: ExploreFlags,
  {browserPath, signal}: ExplorePlace,
): Promise<readonly Confirmation[]> {
  const finds = all.flatMap(({find}) => find ?? [])
  if (browserPath === null || folder === null || signal.aborted) return []
  return confirmFinds(finds, {
    times: CONFIRMED_TIMES,
    browserPath,
    folder: join(folder, 'real-tabs'),
    seed,
    parallel: CONFIRMED_AT_A_TIME,
    signal,
  })
}

function tell(
  all: readonly Explored[],
  confirmations: readonly Confirmation[],
  folder: string | null,
  flags: ExploreFlags,
  surface: Surface,
): void {
  const finds = all.filter(({find}) => find !== null)
  const confirmationOf = (explored: Explored) => confirmations[finds.indexOf(explored)] ?? null
  if (flags.json) {
    const explored = all.map((each) => outcomeOf(each, flags, confirmationOf(each)))
    return surface.say(JSON.stringify({type: 'outcome', explored, folder}))
  }
  for (const each of all) {
    const confirmation = confirmationOf(each)
    surface.say(exploredInWords(each, flags.seed, flags.tabs).join('\n'))
    if (confirmation !== null) surface.say(`  ${confirmationInWords(confirmation)}`)
  }
  const played = confirmations.flatMap((each) => (each.name === 'played' ? [each] : []))
  if (confirmations.length > 0) {
    const count = played.filter((each) => each.confirmed > 0).length
    surface.say(`confirmed in real tabs: ${count} of ${confirmations.length} finds`)
  }
  if (folder !== null) surface.say(`what was found is kept in ${folder}`)
}

function outcomeOf(explored: Explored, {seed, tabs}: ExploreFlags, confirmation: Confirmation | null) {
  const {find, ...of} = explored
  if (find === null) return {...of, find: null}
  const {history: _, path, ...told} = find
  return {
    ...of,
    find: {
      ...told,
      isPredicted: isPredicted(find.principal, explored.target),
      path: pathInShort(path),
      story: storyOf(find),
      again: find.again,
      commands: [againCommand(find, seed, tabs), actsCommand(find)],
      cell: cellId(specOf(find.interleaving)),
      confirmation,
    },
  }
}
