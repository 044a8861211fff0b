/** What an interleaving broke, the weakest guarantee first. Pure. Rules RP13, RP14. */
import {guaranteesOf, type GuaranteeVerdicts, type StalenessLimits} from '../guarantees/guarantees-of.ts'
import {SOUGHT, type Sought} from './sought.ts'
import {STILL_MS, type Played} from './scene.ts'

/** Everything was still for longer than this when the tabs were read, or they showed all that there was. */
export const EXPLORE_LIMITS: StalenessLimits = {commitsBehind: null, visible: null, settleMs: STILL_MS / 2}

export type Judged = {
  readonly broken: readonly Sought[]
  readonly verdicts: GuaranteeVerdicts
}

/** Throws TypeError where a checker could not judge: a find that nobody looked at is no pass. */
export function judgeInterleaving({history, away}: Played): Judged {
  const verdicts = guaranteesOf(history, EXPLORE_LIMITS)
  if (verdicts.refused !== null) throw new TypeError(`line ${verdicts.refused.line}: ${verdicts.refused.why}`)
  const broken = SOUGHT.filter((name) => (name === 'comesBack' ? away.length > 0 : isBroken(verdicts, name)))
  return {broken, verdicts}
}

function isBroken({of}: GuaranteeVerdicts, name: keyof GuaranteeVerdicts['of']): boolean {
  const verdict = of[name]
  if (verdict.verdict === 'unknown') throw new TypeError(`${name} could not be judged: ${verdict.why}`)
  return verdict.verdict === 'invalid'
}
