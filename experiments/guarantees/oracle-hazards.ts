/** SG20 and SG21 as they are written, message by message against every other. */
import type {Facts, OracleAct, OracleCommit} from './oracle-facts.ts'

export function silentForks(facts: Facts): number[] {
  const {commits, acts, actOf, begunAt, sawAt, parentOf, told, chosen} = facts
  const ids = [...new Set(commits.map(({id}) => id))]
  return ids.flatMap((id) => {
    const act = actOf(id)
    const begun = begunAt(id)
    if (act?.act !== 'sent' || begun === undefined) return []
    const older = ids.flatMap((other) => {
      const at = begunAt(other)
      const isOlder = at !== undefined && at.order < begun.order
      return other !== id && isOlder && parentOf(other) === parentOf(id) ? [{other, at}] : []
    })
    const newest = older.toSorted((a, b) => b.at.order - a.at.order)[0]
    if (newest === undefined) return []
    const seen = sawAt(act.tab, newest.other)
    if (seen !== undefined && seen < act.order) return []
    if (act.parentId !== null && chosen(act.tab, act.order) === act.parentId && parentOf(id) === act.parentId)
      return []
    const next = acts.find(({tab, order}) => tab === act.tab && order > begun.order)
    const isTold = told.some(
      ({tab, order}) =>
        tab === act.tab && order > newest.at.order && order < (next?.order ?? Number.POSITIVE_INFINITY),
    )
    return isTold ? [] : [begun.line]
  })
}

export function lostUpdates(facts: Facts): number[] {
  const {commits, commitOf, tabs, standing, events, personOf, isKnown, conversationOf, isBelow} = facts
  const last = tabs.map((tab) => ({tab, view: standing(tab, events.length)?.view ?? []}))
  const shown = new Set(last.flatMap(({view}) => view.map(({id}) => id)).filter(isKnown))
  const isWatched = ({userId, conversationId}: OracleCommit) =>
    last.some(
      ({tab, view}) =>
        personOf(tab) === userId && view.some(({id}) => isKnown(id) && conversationOf(id) === conversationId),
    )
  const ids = [...new Set(commits.map(({id}) => id))]
  return ids.flatMap((id) => {
    const lost = commitOf(id)
    if (lost === undefined || shown.has(id) || !isWatched(lost)) return []
    // From the message up to the first that nobody shows under one that somebody shows, or at the very top.
    const hidden = ids.filter((other) => (other === id || isBelow(id, other)) && !shown.has(other))
    const isPathHidden = (top: string) =>
      hidden.filter((other) => other === top || isBelow(other, top)).length ===
      ids.filter((other) => (other === id || isBelow(id, other)) && (other === top || isBelow(other, top)))
        .length
    const top = hidden.find((other) => {
      const parent = commitOf(other)?.parent ?? ''
      return isPathHidden(other) && (shown.has(parent) || parent.startsWith('the root of'))
    })
    const place = top === undefined ? undefined : commitOf(top)?.parent
    const taking = ids.flatMap((other) => {
      const commit = commitOf(other)
      const act = commit && authorOf(facts, commit)
      if (commit === undefined || !act || commit.parent !== place || !shown.has(other)) return []
      if (commit.userId !== lost.userId || commit.order < lost.order) return []
      if (authorOf(facts, lost)?.tab === act.tab) return []
      const seen = facts.sawAt(act.tab, id)
      return seen !== undefined && seen < act.order ? [] : [commit.line]
    })
    return taking
  })
}

function authorOf({acts, actOf, begunAt}: Facts, {id, role, parent}: OracleCommit): OracleAct | undefined {
  if (role !== 'assistant') return actOf(id)
  const begun = begunAt(id)?.order ?? -1
  const asked = acts.findLast(
    ({act, parentId, order}) => act === 'regenerated' && parentId === parent && order < begun,
  )
  return asked ?? actOf(parent)
}
