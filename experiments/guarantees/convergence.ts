/**
 * Rule SG10, convergence after heal (eventual consistency: Viotti and Vukolić 2016): once faults have healed and nothing
 * has been committed for a while, the tabs of a person that show one conversation show the same path of it, whole.
 */
import {Findings} from './guarantee.ts'
import type {GuaranteeChecker} from './guarantee.ts'
import type {Ending, Entry, Message} from './operation.ts'

export const convergence: GuaranteeChecker = ({endings, messages}) => {
  const findings = new Findings('convergence')
  const lastCommitAt = lastCommits(messages)
  const first = new Map<string, Ending>()
  let compared = 0

  for (const ending of endings) {
    const {tab, view, dueAt} = ending
    const conversationId = view.last?.conversationId ?? null
    if (conversationId === null || (lastCommitAt.get(conversationId) ?? 0) > dueAt) continue
    const key = JSON.stringify([tab.personId, conversationId])
    const other = first.get(key)
    if (other === undefined) {
      first.set(key, ending)
      continue
    }
    compared += 1
    const note = whyDifferent(other, ending)
    if (note === null) continue
    findings.add(tab, other.tab, {tab: tab.name, lines: [other.view.line, view.line], note})
  }
  return findings.verdict({compared})
}

function lastCommits(messages: readonly Message[]): ReadonlyMap<string, number> {
  const last = new Map<string, number>()
  for (const {conversationId, committed} of messages) {
    if (conversationId === null || committed === null) continue
    last.set(conversationId, Math.max(last.get(conversationId) ?? committed.at, committed.at))
  }
  return last
}

function whyDifferent(a: Ending, b: Ending): string | null {
  const [own, others] = [committedIn(b), committedIn(a)]
  const parting = own.findIndex(({message}, index) => message !== others[index]?.message)
  const at = parting === -1 ? own.length : parting
  const [mine, theirs] = [own[at]?.message, others[at]?.message]
  if (mine !== undefined && theirs !== undefined) {
    // Who has shown both chose one of them.
    if (b.tab.saw.has(theirs) || a.tab.saw.has(mine)) return null
    return `it shows ${mine.id}, ${a.tab.name} shows ${theirs.id} in its place`
  }
  if (theirs !== undefined) return `it ends before ${theirs.id}, which ${a.tab.name} shows`
  if (mine !== undefined) return `it shows ${mine.id}, before which ${a.tab.name} ends`
  const cut = own.find((entry, index) => !sameText(entry, others[index]))
  return cut === undefined ? null : `${cut.message.id} has another text than in ${a.tab.name}`
}

const committedIn = ({view}: Ending): readonly Entry[] =>
  view.entries.filter(({message}) => message.committed !== null)

const sameText = (a: Entry, b: Entry | undefined): boolean =>
  a.chars === b?.chars && (a.textHash === null || b.textHash === null || a.textHash === b.textHash)
