/** SG13–SG15 and SG17–SG19 with nothing clever: a session keeps a list of what it read and wrote, and is held to all of it. */
import {ALLOWANCES} from './defaults.ts'
import type {Facts, OracleAct, OracleRead} from './oracle-facts.ts'
import type {Scope} from './session.ts'

type Place = {readonly order: number; readonly line: number}
type Broken = Readonly<Record<'goneReads' | 'goneWrites' | 'passedOver', Place[]>>
/** The lines, in the order of time. */
export type BrokenSessions = Readonly<Record<keyof Broken, number[]>>

/** `from` is when it counts; an unacknowledged write never does. */
type Memory = {readonly id: string; from: number; isEarly: boolean; isForgotten: boolean}

type Moment =
  | {readonly kind: 'read'; readonly order: number; readonly tab: string; readonly read: OracleRead}
  | {readonly kind: 'act'; readonly order: number; readonly tab: string; readonly act: OracleAct}
  | {readonly kind: 'load'; readonly order: number; readonly tab: string; readonly at: number}
  | {
      readonly kind: 'told'
      readonly order: number
      readonly tab: string
      readonly id: string
      readonly at: number
    }

export function brokenSessions(facts: Facts, scope: Scope): BrokenSessions {
  const broken: Broken = {goneReads: [], goneWrites: [], passedOver: []}
  const nameOf = (tab: string) => (scope === 'tab' ? tab : facts.personOf(tab))
  for (const session of new Set(facts.tabs.map(nameOf)))
    relive(
      facts,
      scope,
      momentsOf(facts).filter(({tab}) => nameOf(tab) === session),
      broken,
    )
  const lines = (places: Place[]) => places.toSorted((a, b) => a.order - b.order).map(({line}) => line)
  return {
    goneReads: lines(broken.goneReads),
    goneWrites: lines(broken.goneWrites),
    passedOver: lines(broken.passedOver),
  }
}

function momentsOf({reads, acts, loads, commits, acknowledged}: Facts): Moment[] {
  const told = new Set(commits.map(({id}) => id))
  return [
    ...[...told].flatMap((id): Moment[] => {
      const learnt = acknowledged(id)
      return learnt === undefined ? [] : [{kind: 'told', id, ...learnt}]
    }),
    ...loads.map((load): Moment => ({kind: 'load', ...load})),
    // The act itself comes before what is read at it.
    ...acts.map((act): Moment => ({kind: 'act', order: act.order, tab: act.tab, act})),
    ...reads
      .filter(({kind}) => kind !== 'act')
      .map((read): Moment => ({kind: 'read', order: read.order, tab: read.tab, read})),
  ].toSorted((a, b) => a.order - b.order)
}

function relive(facts: Facts, scope: Scope, moments: readonly Moment[], broken: Broken): void {
  const delayMs = scope === 'tab' ? 0 : ALLOWANCES.slackMs
  let read: Memory[] = []
  const written: Memory[] = []
  const lengths = new Map<string, number>()
  const held = (memories: readonly Memory[], at: number) =>
    memories.filter(({from, isForgotten}) => from <= at && !isForgotten)

  const reads = (each: OracleRead) => {
    const {view, at, order, line, kind} = each
    const isEndExcused = scope === 'tab' && isAnsweredAnew(facts, each)
    const lacks = ({id}: Memory) => facts.lacks(view, id) && !(isEndExcused && !showsChild(facts, view, id))
    const isGone = held(read, at).some(lacks)
    const isShorter = scope === 'tab' && kind === 'view' && shrinks(facts, view, lengths)
    if (isGone || isShorter) broken.goneReads.push({order, line})
    if (held(written, at).some(lacks)) broken.goneWrites.push({order, line})
    for (const shown of firstsIn(facts, view))
      lengths.set(shown.id, Math.max(lengths.get(shown.id) ?? 0, shown.chars))
    for (const shown of view.filter(facts.isThere)) {
      const commit = facts.commitOf(shown.id)
      const isCommitted = commit !== undefined && commit.at <= at
      const isKept = scope === 'tab' || (isCommitted && facts.isWhole(shown))
      if (isKept && !read.some(({id}) => id === shown.id))
        read.push({id: shown.id, from: at + delayMs, isEarly: !isCommitted, isForgotten: false})
    }
  }
  const acts = (act: OracleAct) => {
    const id = act.messageId
    const commit = id === null || facts.actOf(id) !== act ? undefined : facts.commitOf(id)
    const isPassedOver = held(read, act.at).some((memory) => facts.isBelow(memory.id, commit?.parent ?? ''))
    if (act.act === 'sent' && commit !== undefined && isPassedOver) broken.passedOver.push(act)
    const standing = facts.reads.find(({kind, order}) => kind === 'act' && order === act.order)
    if (standing !== undefined) reads(standing)
    const place = facts.replacedBy(act)
    for (const memory of [...read, ...written])
      if (place !== null && facts.isBelow(memory.id, place)) memory.isForgotten = true
    if (commit !== undefined)
      written.push({id: commit.id, from: Infinity, isEarly: false, isForgotten: false})
  }
  const loads = (at: number) => {
    const isUnsaid = ({id, isEarly}: Memory) => isEarly && (facts.commitOf(id)?.at ?? Infinity) > at
    for (const {id} of read.filter(isUnsaid)) lengths.delete(id)
    read = read.filter((memory) => !isUnsaid(memory) || memory.isForgotten)
    for (const memory of read) memory.isEarly = false
  }

  for (const moment of moments) {
    if (moment.kind === 'act') acts(moment.act)
    else if (moment.kind === 'load' && scope === 'tab') loads(moment.at)
    else if (moment.kind === 'read' && (scope === 'tab' || moment.read.isSeen)) reads(moment.read)
    else if (moment.kind === 'told') {
      const memory = written.find(({id}) => id === moment.id)
      if (memory !== undefined) memory.from = moment.at + delayMs
    }
  }
}

const showsChild = ({parentOf}: Facts, view: OracleRead['view'], id: string): boolean =>
  view.some((line) => parentOf(line.id) === id)

/** It ends at a prompt that somebody of the person had had answered anew, and the tab has shown nothing of that answer. */
function isAnsweredAnew(facts: Facts, {view, order, tab}: OracleRead): boolean {
  const prompt = facts.lastKnown(view)
  const asked = facts.acts.find(
    (act) =>
      act.act === 'regenerated' && act.parentId === prompt && facts.personOf(act.tab) === facts.personOf(tab),
  )
  if (prompt === undefined || asked === undefined || asked.order >= order) return false
  return facts.commits.some((answer) => {
    const begun = facts.begunAt(answer.id)?.order ?? answer.order
    const isUnseen = (facts.sawAt(tab, answer.id) ?? Infinity) > order
    return facts.parentOf(answer.id) === prompt && begun > asked.order && isUnseen
  })
}

/** Of a message that is shown twice the first counts. */
const firstsIn = ({isThere}: Facts, view: OracleRead['view']) => {
  const there = view.filter(isThere)
  return there.filter((line, index) => there.findIndex(({id}) => id === line.id) === index)
}

const shrinks = (facts: Facts, view: OracleRead['view'], lengths: ReadonlyMap<string, number>): boolean =>
  firstsIn(facts, view).some(({id, chars}) => chars < Math.min(lengths.get(id) ?? 0, facts.charsOf(id)))
