/** What an interleaving broke, the weakest guarantee first. Pure. Rules RP13, RP14. */
import type {GuaranteeName} from '../guarantees/guarantee.ts'
import {guaranteesOf, type GuaranteeVerdicts, type StalenessLimits} from '../guarantees/guarantees-of.ts'
import {SOUGHT, type Sought} from './sought.ts'
import type {History} from '../history/history-event.ts'
import {STILL_MS, type Played} from './scene.ts'

/** Everything was still for longer than this when the tabs were read, or they showed all that there was. */
export const EXPLORE_LIMITS: StalenessLimits = {commitsBehind: null, visible: null, settleMs: STILL_MS / 2}

export type Judged = {
  readonly broken: readonly Sought[]
  readonly verdicts: GuaranteeVerdicts
}

/** Throws TypeError where a checker could not judge: what nobody looked at is no pass. */
export function judgeInterleaving({history, away}: Pick<Played, 'history' | 'away'>): Judged {
  const verdicts = guaranteesOf(history, EXPLORE_LIMITS)
  if (verdicts.refused !== null) throw new TypeError(`line ${verdicts.refused.line}: ${verdicts.refused.why}`)
  const isOnlyBranches = isBroken(verdicts, 'noLostUpdate') && isLostToBranches(history, verdicts)
  const broken = SOUGHT.filter((name) => {
    if (name === 'comesBack') return away.length > 0
    if (name === 'noStaleBranch') return isOnlyBranches
    return isBroken(verdicts, name) && !(name === 'noLostUpdate' && isOnlyBranches)
  })
  return {broken, verdicts}
}

function isBroken({of}: GuaranteeVerdicts, name: GuaranteeName): boolean {
  const verdict = of[name]
  if (verdict.verdict === 'unknown') throw new TypeError(`${name} could not be judged: ${verdict.why}`)
  return verdict.verdict === 'invalid'
}

/** Every violation of SG20 names the line of the act that took the place. */
function isLostToBranches({events}: History, {of}: GuaranteeVerdicts): boolean {
  const {noLostUpdate} = of
  if (noLostUpdate.verdict !== 'invalid') return false
  const branching = new Set(
    events.flatMap((event) => {
      const said = event.kind === 'witness' && event.event.kind === 'acted' ? event.event.act : null
      return said === 'edited' || said === 'regenerated' ? [event.line] : []
    }),
  )
  return noLostUpdate.because.every(({lines}) => lines.some((line) => branching.has(line)))
}
