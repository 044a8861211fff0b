/** How an exploration is going: interleavings done of all, how many a second, and what was found. */
import {createLogUpdate} from 'log-update'
import type {Explored} from '../explore/explore.ts'
import type {Target} from '../explore/interleaving.ts'
import {targetInWords} from '../explore/words.ts'
import type {Surface} from './command-line.ts'
import type {ExploreFlags} from './explore-command.ts'
import {timeLeft} from './progress-words.ts'

export type ExploreProgress = {
  readonly played: (target: Target) => void
  readonly explored: (explored: Explored) => void
  readonly end: () => void
}

const SHOW_EVERY_MS = 500

/** On a terminal one line that changes, elsewhere plain lines; JSON lines for machines; nothing when quiet. */
export function exploreProgress(
  {interleavings, json, quiet}: ExploreFlags,
  targets: readonly Target[],
  {out, say}: Surface,
): ExploreProgress {
  const beganAt = performance.now()
  const total = interleavings * targets.length
  const draw = out.isTTY && out.rows > 0 && !json && !quiet ? createLogUpdate(out) : null
  let [played, passed, finds, shownAt] = [0, 0, 0, 0]

  function show(target: Target): void {
    const now = performance.now()
    if (quiet || now - shownAt < (draw ? SHOW_EVERY_MS / 4 : SHOW_EVERY_MS)) return
    shownAt = now
    const done = passed + played
    const rate = played / ((now - beganAt) / 1_000)
    if (json) return say(JSON.stringify({type: 'progress', done, total, finds, perSecond: rate}))
    const left = rate === 0 || done >= total ? '' : `, ${timeLeft(((total - done) / rate) * 1_000)} left`
    const line = `${done}/${total} interleavings, ${rate.toFixed(0)} a second, ${finds} found${left}: ${targetInWords(target)}`
    if (draw) draw(line)
    else say(line)
  }

  return {
    played(target) {
      played += 1
      show(target)
    },
    explored({played: ofTarget, find}) {
      // What a find made unnecessary is done, too.
      passed += Math.max(0, interleavings - ofTarget)
      if (find !== null) finds += 1
    },
    end() {
      draw?.clear()
      draw?.done()
    },
  }
}
