/** How it came to what a cell shows, in sentences: a counter-example where there is one, else what the checkers noted. */
import type {CellJudgement} from '../checkers/judge.ts'
import {sayLines} from '../checkers/verdict.ts'
import {inWords} from '../counterexamples/in-words.ts'
import {counterExampleOf} from '../counterexamples/minimise.ts'
import {toldOf} from '../counterexamples/told-cell.ts'
import type {GuaranteeName} from '../guarantees/guarantee.ts'
import type {History} from '../history/history-event.ts'
import {proofOf, type Sign} from './sign.ts'

const NOTES_TOLD = 4

/** Empty where the cell does not show it. */
export function tell(sign: Sign, judged: CellJudgement, history: History): readonly string[] {
  const proof = proofOf(sign, judged)
  if (proof.length === 0) return []
  const [hazard] = sign.kind === 'hazard' ? toldOf(history, judged) : []
  if (hazard !== undefined) return [...hazard.words, `Proved by${sayLines(hazard.lines)}.`]
  const found = sign.kind === 'guarantee' ? counterExampleOf(history, sign.name as GuaranteeName) : null
  if (found !== null) return [...inWords(found), `Proved by${sayLines(found.violation.lines)}.`]
  return proof
    .slice(0, NOTES_TOLD)
    .map(({rule, tab, note, lines}) => `${rule} ${tab === '' ? '' : `${tab}: `}${note}${sayLines(lines)}`)
}
