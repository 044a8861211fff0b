/**
 * The definitions SG7–SG23 written out naively, in quadratic time and worse: what the fast checkers are held to. Gives of
 * every guarantee the lines at which it is broken.
 */
import type {History} from '../history/history-event.ts'
import {kaplanMeier} from '../statistics/kaplan-meier.ts'
import type {Lifetime} from '../statistics/kaplan-meier.ts'
import {ALLOWANCES} from './defaults.ts'
import type {GuaranteeName} from './guarantee.ts'
import type {StalenessLimits} from './guarantees-of.ts'
import {factsOf} from './oracle-facts.ts'
import type {Facts, Line, OracleAct, OracleCommit} from './oracle-facts.ts'
import {lostUpdates, silentForks} from './oracle-hazards.ts'
import {brokenSessions} from './oracle-sessions.ts'
import type {Scope} from './session.ts'

export type OracleFindings = Readonly<Record<GuaranteeName, readonly number[]>>

export function oracle(history: History, limits: StalenessLimits): OracleFindings {
  const facts = factsOf(history)
  const tab = brokenSessions(facts, 'tab')
  const person = brokenSessions(facts, 'person')
  return {
    noPhantom: phantoms(facts),
    noDuplicate: duplicates(facts),
    nothingLost: losses(facts),
    convergence: divergences(facts),
    inOrder: inversions(facts),
    monotonicWrites: passedOverWrites(facts, 'tab'),
    monotonicReads: tab.goneReads,
    readYourWrites: tab.goneWrites,
    writesFollowReads: tab.passedOver,
    monotonicWritesOfPerson: passedOverWrites(facts, 'person'),
    monotonicReadsOfPerson: person.goneReads,
    readYourWritesOfPerson: person.goneWrites,
    writesFollowReadsOfPerson: person.passedOver,
    boundedStaleness: staleReads(facts, limits.commitsBehind),
    timelyVisibility: lateShowing(facts, limits),
    noLostUpdate: lostUpdates(facts),
    noSilentFork: silentForks(facts),
  }
}

const phantoms = (facts: Facts): number[] =>
  facts.views.filter(({view}) => view.some((line) => isPhantom(facts, line))).map(({line}) => line)

function isPhantom({isKnown, commitOf}: Facts, {id, chars, status, textHash}: Line): boolean {
  if (!isKnown(id))
    return status === 'complete' || status === 'stopped' || (status === 'streaming' && chars > 0)
  if (status !== 'complete') return false
  const commit = commitOf(id)
  if (commit === undefined || commit.chars !== chars) return true
  return textHash !== undefined && textHash !== commit.textHash
}

function duplicates({views, commits, actOf}: Facts): number[] {
  const inViews = views.filter(({view}) => new Set(view.map(({id}) => id)).size < view.length)
  const again = commits.filter((commit) =>
    commits.some(({id, order}) => id === commit.id && order < commit.order),
  )
  const firsts = commits.filter((commit) => !again.includes(commit))
  const sentAgain = firsts.filter(
    (commit) =>
      commit.role === 'user' &&
      actOf(commit.id) === undefined &&
      firsts.some(
        (first) =>
          first.order < commit.order &&
          first.role === 'user' &&
          actOf(first.id) !== undefined &&
          first.textHash === commit.textHash &&
          first.chars === commit.chars &&
          first.userId === commit.userId &&
          first.conversationId === commit.conversationId,
      ),
  )
  return [...inViews, ...again, ...sentAgain].map(({line}) => line)
}

const losses = ({endings, commits, lacks}: Facts): number[] =>
  endings
    .filter(({view, dueAt}) =>
      commits.some(
        ({id, at}, index) =>
          at <= dueAt && commits.findIndex((commit) => commit.id === id) === index && lacks(view, id),
      ),
    )
    .map(({line}) => line)

function divergences(facts: Facts): number[] {
  const {endings, commits, lastKnown, conversationOf, personOf, commitOf, sawAt} = facts
  const due = endings.flatMap((ending) => {
    const last = lastKnown(ending.view)
    const conversation = last === undefined ? undefined : conversationOf(last)
    const firsts = commits.filter(({id}, index) => commits.findIndex((commit) => commit.id === id) === index)
    const isQuiet = firsts.every(
      ({conversationId, at}) => conversationId !== conversation || at <= ending.dueAt,
    )
    if (conversation === undefined || !isQuiet) return []
    return [{...ending, conversation, path: ending.view.filter(({id}) => commitOf(id) !== undefined)}]
  })
  return due.flatMap((ending, index) => {
    const other = due.find(
      ({tab, conversation}) => personOf(tab) === personOf(ending.tab) && conversation === ending.conversation,
    )
    if (other === undefined || due.indexOf(other) === index) return []
    const [mine, theirs] = [ending.path, other.path]
    for (let i = 0; i < Math.max(mine.length, theirs.length); i += 1) {
      const [a, b] = [mine[i], theirs[i]]
      if (a?.id === b?.id) continue
      if (a === undefined || b === undefined) return [ending.line]
      const isChosen = sawAt(ending.tab, b.id) !== undefined || sawAt(other.tab, a.id) !== undefined
      return isChosen ? [] : [ending.line]
    }
    const isSame = mine.every((a, i) => {
      const b = theirs[i]
      const haveHashes = a.textHash !== undefined && b?.textHash !== undefined
      return a.chars === b?.chars && (!haveHashes || a.textHash === b.textHash)
    })
    return isSame ? [] : [ending.line]
  })
}

function inversions({views, parentOf, commitOf, isBelow}: Facts): number[] {
  const isInverted = (view: readonly Line[]) =>
    view.some(({id}, index) => {
      const parent = parentOf(id)
      if (parent !== undefined && view.some((line, place) => line.id === parent && place > index)) return true
      const next = view[index + 1]
      const [first, second] = [commitOf(id), next && commitOf(next.id)]
      if (next === undefined || first === undefined || second === undefined || next.id === id) return false
      return !isBelow(id, next.id) && !isBelow(next.id, id) && second.order < first.order
    })
  return views.filter(({view}) => isInverted(view)).map(({line}) => line)
}

/** Sent messages that do not stand below the one that the session had sent there last. */
function passedOverWrites(facts: Facts, scope: Scope): number[] {
  const {acts, actOf, commitOf, personOf, isBelow, standing, isKnown, conversationOf, acknowledged} = facts
  const written = (act: OracleAct): OracleCommit | undefined => {
    const commit = act.messageId === null ? undefined : commitOf(act.messageId)
    return commit !== undefined && actOf(commit.id) === act ? commit : undefined
  }
  const before = (act: OracleAct, conversationId: string): string | undefined => {
    const own = acts.flatMap((earlier) => {
      const commit = written(earlier)
      if (commit === undefined || commit.conversationId !== conversationId) return []
      if (scope === 'tab')
        return earlier.tab === act.tab && earlier.order < act.order
          ? [{id: commit.id, order: earlier.order, sent: earlier.order}]
          : []
      const told = acknowledged(commit.id)
      const isBefore = told !== undefined && told.order < act.order && told.at + ALLOWANCES.slackMs <= act.at
      return isBefore && personOf(earlier.tab) === personOf(act.tab)
        ? [{id: commit.id, order: told.order, sent: earlier.order}]
        : []
    })
    return own.toSorted((a, b) => b.order - a.order || b.sent - a.sent)[0]?.id
  }
  return acts.flatMap((act) => {
    const commit = act.act === 'sent' ? written(act) : undefined
    const last = commit && before(act, commit.conversationId)
    if (commit === undefined || last === undefined || isBelow(commit.id, last)) return []
    const isElsewhere = standing(act.tab, act.order)?.view.some(
      ({id}) =>
        isKnown(id) &&
        conversationOf(id) === commit.conversationId &&
        id !== last &&
        !isBelow(id, last) &&
        !isBelow(last, id),
    )
    return isElsewhere === true ? [] : [act.line]
  })
}

function staleReads(
  {reads, commits, lastKnown, conversationOf, isWhole}: Facts,
  limit: number | null,
): number[] {
  if (limit === null) return []
  return reads.flatMap(({view, order, line}) => {
    const last = lastKnown(view)
    if (last === undefined) return []
    const own = commits.filter(
      ({id, conversationId}, index) =>
        conversationId === conversationOf(last) && commits.findIndex((commit) => commit.id === id) === index,
    )
    const soFar = own.filter((commit) => commit.order < order)
    const newest = soFar.findLastIndex(({id}) => view.some((entry) => entry.id === id && isWhole(entry)))
    return soFar.length - (newest + 1) > limit ? [line] : []
  })
}

/** One line, 0, where the limit is broken: it is no single line's doing. */
function lateShowing(facts: Facts, {visible}: StalenessLimits): number[] {
  if (visible === null) return []
  const {withinMs, share} = visible
  const waits = oracleWaits(facts)
  const shownBy = (ms: number) => waits.filter(({valueMs, censored}) => !censored && valueMs <= ms).length
  const watched = waits.filter(({valueMs}) => valueMs >= withinMs).length
  if (waits.length === 0 || shownBy(withinMs) === waits.length) return []
  if (shownBy(withinMs) === 0) return watched > 0 && 1 - 0.025 ** (1 / watched) < share ? [0] : []
  const {steps} = kaplanMeier(waits)
  const step = steps.findLast(({timeMs}) => timeMs <= withinMs)
  const isKnown = watched > 0 || steps.at(-1)?.survival === 0
  return isKnown && step !== undefined && step.survival > 0 && 1 - step.lower < share ? [0] : []
}

export function oracleWaits(facts: Facts): Lifetime[] {
  const {commits, tabs, personOf, standing, lastKnown, conversationOf, views, isWhole, events, footer} = facts
  const firsts = commits.filter(({id}, index) => commits.findIndex((commit) => commit.id === id) === index)
  return firsts.flatMap((commit) =>
    tabs.flatMap((tab): Lifetime[] => {
      const asked = commit.role === 'assistant' ? facts.actOf(commit.parent) : facts.actOf(commit.id)
      const last = lastKnown(standing(tab, commit.order)?.view ?? [])
      if (asked?.tab === tab || personOf(tab) !== commit.userId || last === undefined) return []
      if (conversationOf(last) !== commit.conversationId) return []
      const shown = views.find(
        (view) => view.tab === tab && view.view.some((line) => line.id === commit.id && isWhole(line)),
      )
      if (shown !== undefined && shown.order < commit.order) return [{valueMs: 0, censored: false}]
      const end = events.findIndex(
        (_, order) => order > commit.order && standing(tab, order + 1) === undefined,
      )
      const isShown = shown !== undefined && (end === -1 || shown.order < end)
      const until = isShown ? shown.at : (events[end]?.at ?? footer.at)
      return [{valueMs: until - commit.at, censored: !isShown}]
    }),
  )
}
