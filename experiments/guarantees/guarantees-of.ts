/**
 * Judges all guarantees of a history. A checker that throws is `unknown`, and so is everything of a history that cannot be
 * read or contradicts itself. Rules SG5, SG6.
 */
import type {Verdict} from '../checkers/verdict.ts'
import type {History, RecordedEvent} from '../history/history-event.ts'
import {arrange} from './arrange.ts'
import {convergence} from './convergence.ts'
import {duplicated} from './duplicated.ts'
import {GUARANTEES} from './guarantee.ts'
import type {GuaranteeChecker, GuaranteeName} from './guarantee.ts'
import {readHistoryLines} from './history-lines.ts'
import {boundedStaleness, kStaleness} from './k-staleness.ts'
import type {KStaleness} from './k-staleness.ts'
import {lostUpdate} from './lost-update.ts'
import {lost} from './lost.ts'
import {monotonicReads} from './monotonic-reads.ts'
import {monotonicWrites} from './monotonic-writes.ts'
import {OperationReader} from './operation-reader.ts'
import type {Message, Operations} from './operation.ts'
import {phantom} from './phantom.ts'
import {readYourWrites} from './read-your-writes.ts'
import {reordered} from './reordered.ts'
import {silentFork} from './silent-fork.ts'
import {treeOrder} from './tree-order.ts'
import {timelyVisibility, tVisibility} from './t-visibility.ts'
import type {TVisibility, VisibilityLimit} from './t-visibility.ts'
import {writesFollowReads} from './writes-follow-reads.ts'

/** Without a limit, how stale reads were is measured and breaks nothing. */
export type StalenessLimits = {
  readonly commitsBehind: number | null
  readonly visible: VisibilityLimit | null
  /** How long a tab has for what was committed (SG9, SG10) where its page's waits pass faster; else as in life. */
  readonly settleMs?: number
}

export type GuaranteeVerdicts = {
  /** Unknown where nothing is broken and something could not be judged. */
  readonly verdict: 'valid' | 'invalid' | 'unknown'
  /** The weakest first. */
  readonly broken: readonly GuaranteeName[]
  readonly weakest: GuaranteeName | null
  readonly of: Readonly<Record<GuaranteeName, Verdict>>
  /** Null where they could not be told. */
  readonly kStaleness: KStaleness | null
  readonly tVisibility: TVisibility | null
  /** Why nothing could be judged, and the line of the history that is to blame; 0 where no line is. */
  readonly refused: {readonly line: number; readonly why: string} | null
}

const NO_LIMITS: StalenessLimits = {commitsBehind: null, visible: null}

const checkersWithin = ({
  commitsBehind,
  visible,
}: StalenessLimits): Record<GuaranteeName, GuaranteeChecker> => ({
  noPhantom: phantom,
  noDuplicate: duplicated,
  nothingLost: lost,
  convergence,
  inOrder: reordered,
  monotonicWrites: monotonicWrites('tab'),
  monotonicReads: monotonicReads('tab'),
  readYourWrites: readYourWrites('tab'),
  writesFollowReads: writesFollowReads('tab'),
  monotonicWritesOfPerson: monotonicWrites('person'),
  monotonicReadsOfPerson: monotonicReads('person'),
  readYourWritesOfPerson: readYourWrites('person'),
  writesFollowReadsOfPerson: writesFollowReads('person'),
  boundedStaleness: boundedStaleness(commitsBehind),
  timelyVisibility: timelyVisibility(visible),
  noLostUpdate: lostUpdate,
  noSilentFork: silentFork,
})

export function guaranteesOf(history: History, limits: StalenessLimits = NO_LIMITS): GuaranteeVerdicts {
  const gathering = gatherOperations()
  for (const event of history.events) gathering.take(event)
  return gathering.judge(history, limits)
}

/** The same of a file, however long: its lines are read one by one and not kept. Never throws because of the file. */
export function guaranteesOfFile(file: string, limits: StalenessLimits = NO_LIMITS): GuaranteeVerdicts {
  const gathering = gatherOperations()
  const read = readHistoryLines(file, gathering.take)
  return read.ok ? gathering.judge(read, limits) : refusedFor(read)
}

type Bounds = Pick<History, 'header' | 'footer'>

/** For histories that come event by event, in the order of time or of the file. */
export function gatherOperations() {
  const reader = new OperationReader()
  return {
    take: (event: RecordedEvent): void => reader.add(event),
    judge({header, footer}: Bounds, limits: StalenessLimits = NO_LIMITS): GuaranteeVerdicts {
      const disorder = reader.outOfOrder(header.at, footer.at)
      if (disorder !== null) return refusedFor(disorder)
      const read = reader.done()
      const order = treeOrder(read.messages)
      if (order.inLoop !== null) return refusedFor(loopAt(order.inLoop))
      return judged(arrange(read, order, footer.at, limits.settleMs), limits)
    },
  }
}

const loopAt = ({committed}: Message) => ({
  line: committed?.line ?? 0,
  why: 'a message that stands below itself',
})

function judged(operations: Operations, limits: StalenessLimits): GuaranteeVerdicts {
  const checkers = checkersWithin(limits)
  const of = forEach((name) => attempt(() => checkers[name](operations)))
  const names = Object.keys(GUARANTEES) as GuaranteeName[]
  const broken = names.filter((name) => of[name].verdict === 'invalid')
  const isUnknown = names.some((name) => of[name].verdict === 'unknown')
  return {
    verdict: broken.length > 0 ? 'invalid' : isUnknown ? 'unknown' : 'valid',
    broken,
    weakest: broken[0] ?? null,
    of,
    kStaleness: of.boundedStaleness.verdict === 'unknown' ? null : kStaleness(operations),
    tVisibility: of.timelyVisibility.verdict === 'unknown' ? null : tVisibility(operations),
    refused: null,
  }
}

function refusedFor({line, why}: {readonly line: number; readonly why: string}): GuaranteeVerdicts {
  const said = line === 0 ? why : `line ${line}: ${why}`
  return {
    verdict: 'unknown',
    broken: [],
    weakest: null,
    of: forEach(() => ({verdict: 'unknown', why: said})),
    kStaleness: null,
    tVisibility: null,
    refused: {line, why},
  }
}

const forEach = (verdictOf: (name: GuaranteeName) => Verdict): Record<GuaranteeName, Verdict> =>
  Object.fromEntries(
    (Object.keys(GUARANTEES) as GuaranteeName[]).map((name) => [name, verdictOf(name)]),
  ) as Record<GuaranteeName, Verdict>

function attempt(check: () => Verdict): Verdict {
  try {
    return check()
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error)
    return {verdict: 'unknown', why: `the checker failed: ${why}`}
  }
}
