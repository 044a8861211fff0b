/** One telling for each guarantee: what was done or shown, and against what. Sentences without capital and full stop. Rule CX5. */
import type {GuaranteeName} from '../guarantees/guarantee.ts'
import type {RecordedEvent} from '../history/history-event.ts'
import {deedInWords} from './deeds.ts'
import {isAct, isView} from './facts.ts'
import type {Facts, MessageFacts, ViewLine} from './facts.ts'
import {tabOf} from './matter.ts'
import type {Matter} from './matter.ts'
import type {CounterExample} from './minimise.ts'
import {joined, sayMessage, sayMoment, sayWait} from './sayings.ts'

type Telling = (matter: Matter, facts: Facts, counterExample: CounterExample) => readonly string[]

const phantom: Telling = ({tab, wrong, brokenAt}, facts) => [
  wrong?.committed == null
    ? `${tab} showed ${wrong?.name ?? 'a message'} at ${at(brokenAt, facts)}, and the server never committed it`
    : `${tab} showed ${sayMessage(wrong)} at ${at(brokenAt, facts)} as complete, and not with the text that the server had committed at ${at(wrong.committed, facts)}`,
]

const duplicate: Telling = ({tab, missed, wrong, brokenAt}, facts) => {
  if (missed === null) return [`${tab} showed ${wrong?.name ?? 'a message'} twice at ${at(brokenAt, facts)}`]
  const again = wrong === null || wrong === missed
  if (again || isView(brokenAt))
    return [
      `${sayMessage(missed)} was committed at ${at(missed.committed, facts)} and again at ${at(brokenAt, facts)}`,
    ]
  return [
    `${sayMessage(missed)} was committed at ${at(missed.committed, facts)}`,
    `${sayWait(brokenAt.at - (missed.committed?.at ?? brokenAt.at))} later ${wrong.name} was committed with the same words, and nobody had sent it`,
  ]
}

const lost: Telling = ({tab, missed, view}, facts, {whole}) => [
  committed(missed, facts),
  `${tab} was open and visible at the end, ${sayWait(whole.footer.at - (missed?.committed?.at ?? 0))} later, and ${missing(missed)}: it ended at ${lastOf(view, facts)}`,
]

const unlike: Telling = ({tab, missed, wrong, knownAt, brokenAt}, facts) => {
  const other = knownAt === null ? 'another tab' : tabOf(knownAt)
  const shows = (name: string, message: MessageFacts) => `${name} shows ${sayMessage(message, name)}`
  const differs =
    missed === null || wrong === null
      ? [
          missed && shows(other, missed),
          wrong && shows(tab, wrong),
          `${missed === null ? other : tab} ends before it`,
        ]
      : missed === wrong
        ? [`${other} and ${tab} show ${missed.name} with another text`]
        : [shows(other, missed), shows(tab, wrong)]
  return [
    `at the end, long after the last commit and the last fault, ${differs.filter((each) => each !== null).join(', ')}`,
    `${other}’s last view is of ${at(knownAt, facts)}, ${tab}’s of ${at(brokenAt, facts)}`,
  ]
}

const disorder: Telling = ({tab, missed, wrong, brokenAt}, facts) => [
  missed === null
    ? `${tab} showed ${wrong === null ? 'messages' : sayMessage(wrong)} in another order than the conversation's at ${at(brokenAt, facts)}`
    : `${tab} showed ${wrong?.name ?? 'a message'} before ${missed.name} at ${at(brokenAt, facts)}, and ${missed.name} comes first`,
]

const writesApart: Telling = ({tab, missed, wrong, view}, facts) => [
  missed?.act == null
    ? committed(missed, facts)
    : `${missed.act.tab} sent ${missed.name} at ${at(missed.act, facts)}, committed at ${at(missed.committed, facts)}`,
  `${sent(tab, wrong, facts)}, not below ${missed?.name ?? 'it'}`,
  view === null ? `then ${tab} showed nothing` : `then ${tab} ended at ${lastOf(view, facts)}`,
]

const readsBack: Telling = ({tab, missed, wrong, knownAt, brokenAt, view}, facts) => {
  const message = missed ?? wrong
  if (message === null) return [`${tab} lacked what had been read`]
  const reader = knownAt === null ? tab : tabOf(knownAt)
  if (missed === null)
    return [
      `${reader} showed ${charsOf(message, facts, knownAt)} characters of ${sayMessage(message)} at ${at(knownAt, facts)}`,
      `${gap(knownAt, brokenAt)} later ${tab} showed ${charsOf(message, facts, brokenAt)}`,
    ]
  return [
    `${reader} showed ${sayMessage(message, reader)} at ${at(knownAt, facts)}`,
    `${gap(knownAt, brokenAt)} later, at ${at(brokenAt, facts)}, ${looked(tab, brokenAt, facts)}, and ${missing(message)}${whereEnded(tab, view, facts)}`,
  ]
}

const ownLacks: Telling = ({tab, missed, knownAt, brokenAt, view}, facts) => [
  missed?.act == null
    ? `a message of its own was accepted at ${at(knownAt, facts)}`
    : `${missed.act.tab} sent ${missed.name} at ${at(missed.act, facts)} and knew ${gap(missed.act, knownAt)} later that the server had it`,
  `at ${at(brokenAt, facts)} ${looked(tab, brokenAt, facts)}, and ${missing(missed)}${whereEnded(tab, view, facts)}`,
]

const passedOver: Telling = ({tab, missed, wrong, knownAt, brokenAt}, facts) => {
  const reader = knownAt === null ? tab : tabOf(knownAt)
  return [
    `${reader} showed ${missed === null ? 'a message' : sayMessage(missed, reader)} at ${at(knownAt, facts)}`,
    `${gap(knownAt, brokenAt)} later ${sent(tab, wrong, facts)}, beside ${missed?.name ?? 'it'} and not below it`,
  ]
}

const late: Telling = ({tab, missed, brokenAt}, facts, {violation}) => [
  missed?.committed == null || missed.committed.at > brokenAt.at
    ? `a tab was late`
    : `${sayMessage(missed)} was committed at ${at(missed.committed, facts)}; at ${at(brokenAt, facts)}, ${gap(missed.committed, brokenAt)} later, ${looked(tab, brokenAt, facts)}, and ${missing(missed)}`,
  violation.note,
]

const tooFew: Telling = (_, facts, {violation}) => {
  const commits = violation.lines.flatMap((line) => {
    const event = facts.lines.get(line)
    const id = event?.kind === 'ledger' && event.event.kind === 'committed' ? event.event.messageId : ''
    const message = facts.messages.get(id)
    return message === undefined ? [] : [`${message.name} (${at(message.committed, facts)})`]
  })
  return [violation.note, `late, or never shown: ${joined([...new Set(commits)])}`]
}

const update: Telling = ({tab, missed, wrong, brokenAt}, facts, {violation}) => {
  const act = violation.lines
    .map((line) => facts.lines.get(line))
    .find((event) => event !== undefined && isAct(event))
  return [
    committed(missed, facts),
    `${act === undefined ? `${tab} brought about ${wrong?.name ?? 'another'}` : `${tab} ${deedInWords(act, facts)} at ${at(act, facts)}`}; it had not shown ${missed?.name ?? 'that'}`,
    `${wrong?.name ?? 'that'} took its place at ${at(brokenAt, facts)}, and at the end no tab shows ${missed?.name ?? 'it'}`,
  ]
}

const fork: Telling = ({tab, missed, wrong}, facts) => {
  const act = wrong?.act
  if (missed === null || wrong === null || act == null) return [`${tab} forked the conversation`]
  const before = missed.committed !== null && missed.committed.at <= act.at
  const begun = missed.begun !== null && missed.begun.at <= act.at
  const then = before
    ? `${sayMessage(missed)} had been committed ${gap(missed.committed, act)} before`
    : begun
      ? `${sayMessage(missed)} was being written there`
      : `${sayMessage(missed)} came to the server first, at ${at(missed.begun, facts)}`
  return [
    `${sent(tab, wrong, facts)}; ${then}`,
    `the server put ${wrong.name} beside ${missed.name} at ${at(wrong.committed, facts)}: the conversation forked, and ${tab} was not told in time`,
  ]
}

export const TELLINGS: Readonly<Record<GuaranteeName, Telling>> = {
  noPhantom: phantom,
  noDuplicate: duplicate,
  nothingLost: lost,
  convergence: unlike,
  inOrder: disorder,
  monotonicWrites: writesApart,
  monotonicReads: readsBack,
  readYourWrites: ownLacks,
  writesFollowReads: passedOver,
  monotonicWritesOfPerson: writesApart,
  monotonicReadsOfPerson: readsBack,
  readYourWritesOfPerson: ownLacks,
  writesFollowReadsOfPerson: passedOver,
  boundedStaleness: late,
  timelyVisibility: tooFew,
  noLostUpdate: update,
  noSilentFork: fork,
}

type Timed = {readonly at: number}

const at = (moment: Timed | null | undefined, facts: Facts): string =>
  moment == null ? 'an unknown moment' : sayMoment(moment.at, facts)

const gap = (from: Timed | null | undefined, to: Timed | null | undefined): string =>
  from == null || to == null ? 'some time' : sayWait(to.at - from.at)

const committed = (message: MessageFacts | null, facts: Facts): string =>
  message === null
    ? 'a message was committed'
    : `${sayMessage(message)} was committed at ${at(message.committed, facts)}`

const missing = (message: MessageFacts | null): string => `${message?.name ?? 'it'} was not there`

/** `B sent m7 on leaf m4 at 2.314 s`, and where the server put it if that is elsewhere. */
function sent(tab: string, message: MessageFacts | null, facts: Facts): string {
  if (message?.act == null) return `${tab} sent ${message?.name ?? 'a message'}`
  const isMoved = message.committed !== null && message.act.event.parentId !== message.parentId
  const place = facts.messages.get(message.parentId ?? '')?.name ?? 'the beginning'
  const moved = isMoved ? `, and the server put it on ${place}` : ''
  return `${tab} ${deedInWords(message.act, facts)} at ${at(message.act, facts)}${moved}`
}

/** What made of the tab's view a read. */
function looked(tab: string, event: RecordedEvent, facts: Facts): string {
  if (isView(event)) return `${tab} showed a view`
  if (!isAct(event)) return `its person came back to ${tab}`
  return `its person ${deedInWords(event, facts)} in ${tab}`
}

const whereEnded = (tab: string, view: ViewLine | null, facts: Facts): string =>
  view === null || view.event.view.length === 0 ? '' : `: ${tab} ended at ${lastOf(view, facts)}`

function lastOf(view: ViewLine | null, {messages}: Facts): string {
  const last = view?.event.view.at(-1)
  const message = messages.get(last?.id ?? '')
  if (last === undefined || message === undefined) return 'nothing'
  const isClaimed = last.status === 'sending' || (last.status === 'failed' && message.act !== null)
  return isClaimed ? `${message.name}, which it called ${last.status}` : message.name
}

const charsOf = ({id}: MessageFacts, {standing}: Facts, event: RecordedEvent | null): number =>
  (event === null
    ? null
    : standing.get(tabOf(event))?.findLast((each) => each.line === event.line)?.view
  )?.event.view.find((line) => line.id === id)?.chars ?? 0
