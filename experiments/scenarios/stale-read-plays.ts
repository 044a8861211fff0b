/**
 * What happens in each hazard of `stale-read`, with the same acts of the same persons whatever cures it. A and B are
 * visible tabs, two windows of one browser; B is the stale one unless a play says otherwise. Rules HZ3, HZ4.
 */
import type {Platform} from '#protocol/platform.ts'
import {AFTER_REFRESH} from '../checkers/convergence.ts'
import type {FaultSchedule} from '../history/fault.ts'
import type {Hazard} from '../hazards/hazard.ts'
import type {Step} from '../scenario/step.ts'

/** How the model answers: `short` is over before anybody else acts, the others give time to act in the middle of them. */
export type AnswerLength = 'short' | 'long' | 'endless'

export type HazardPlay = {
  readonly question: string
  readonly answers: AnswerLength
  /** All that is done after the tabs have opened, and before they are read. */
  readonly acts: readonly Step[]
  /** What the step `faults` plays, where the tabs are a platform's. */
  readonly schedule?: (platform: Platform) => FaultSchedule
  /** Where other tabs are needed than A and B of one account. */
  readonly opens?: readonly Step[]
}

const DEVICE = 'device-1'
const WORDS = 9
const SETTLE_MS = 6_000
const SETTLED: Step = {do: 'settle', upToMs: SETTLE_MS}

const opens = (tab: string): Step => ({do: 'open', tab, device: DEVICE, state: 'visible'})
const sends = (tab: string): Step => ({do: 'send', tab, words: WORDS})
/** Who is told of a change sees it, and drops what they meant to replace; under the disease nobody is told. */
const looks = (tab: string): Step => ({do: 'decide', tab, choice: 'show'})
/** Who is told of a change has still something to say. */
const insists = (tab: string): Step => ({do: 'decide', tab, choice: 'send-anyway'})
const refreshes = (tab: string): Step => ({do: 'refresh', tab})

/**
 * B's link of its channel is down, so that it hears nothing of what A does. It sends and reads all the same. Claude.ai
 * tells nobody of it.
 */
const DEAF_MS = 3_000
const deaf = (platform: Platform): FaultSchedule =>
  platform === 'claude' ? [] : [{atMs: 0, healAtMs: DEAF_MS, owner: 'B', on: 'sockets', fault: {name: 'rst'}}]

/**
 * The server takes the message and begins to answer; nothing of that reaches the page. However often: Chromium itself sends
 * a POST once more over each connection that had been used before and is reset without a byte of the answer (HZ17). The
 * page does so after a second (HB2), and is heard.
 */
const LOST_MS = 1_000
const LOST_ANSWER: FaultSchedule = [
  {
    atMs: 0,
    healAtMs: LOST_MS,
    owner: 'A',
    on: 'sends',
    fault: {name: 'cut-after-bytes', bytes: 0, direction: 'to-client', by: 'rst', times: 100},
  },
]
const SENT_AGAIN_MS = 1_800
const RESENT: Omit<HazardPlay, 'question'> = {
  answers: 'short',
  opens: [opens('A')],
  acts: [{do: 'faults'}, sends('A'), {do: 'pause', forMs: SENT_AGAIN_MS}, SETTLED],
  schedule: () => LOST_ANSWER,
}

/** A page that repeats by itself may be in the longest of its waits (CF11, HB2) when it is online again. */
const TRIED_AGAIN_MS = 2_000
const OFFLINE: FaultSchedule = [
  {atMs: 0, healAtMs: null, owner: 'B', on: 'everything', fault: {name: 'cdp-offline'}},
]

export const HAZARD_PLAYS: Record<Hazard, HazardPlay> = {
  'silent fork': {
    question: 'A has gone on. What becomes of what B sends on the old leaf?',
    answers: 'short',
    acts: [sends('A'), SETTLED, sends('B'), SETTLED, insists('B'), SETTLED],
  },
  'both send': {
    question: 'Both tabs send in one moment. Does either learn of the other?',
    answers: 'short',
    acts: [
      {do: 'send-together', tabs: ['A', 'B'], words: WORDS},
      SETTLED,
      insists('B'),
      insists('A'),
      SETTLED,
    ],
  },
  'stale edit': {
    question: 'A has gone on. B writes its last message anew. Who still sees what A had?',
    answers: 'short',
    acts: [
      sends('A'),
      SETTLED,
      {do: 'edit', tab: 'B', words: WORDS},
      SETTLED,
      looks('B'),
      refreshes('A'),
      SETTLED,
    ],
  },
  'stale regenerate': {
    question: 'A has gone on. B asks for another answer to what it shows. Who still sees what A had?',
    answers: 'short',
    acts: [sends('A'), SETTLED, {do: 'regenerate', tab: 'B'}, SETTLED, looks('B'), refreshes('A'), SETTLED],
  },
  'send into a stream': {
    question: "A's answer is being written. What becomes of what B sends meanwhile?",
    answers: 'long',
    acts: [
      sends('A'),
      {do: 'await-answer', tab: 'A', chars: 10, upToMs: SETTLE_MS},
      sends('B'),
      SETTLED,
      insists('B'),
      SETTLED,
    ],
  },
  'sent into deleted': {
    question: 'A deletes the conversation, unheard by B. Where does what B sends go?',
    answers: 'short',
    acts: [{do: 'faults'}, {do: 'delete', tab: 'A'}, SETTLED, sends('B'), SETTLED],
    schedule: deaf,
  },
  'sent under an old name': {
    question: 'A renames the conversation, unheard by B. Does B know what it sends to?',
    answers: 'short',
    acts: [{do: 'faults'}, {do: 'rename', tab: 'A', words: 3}, SETTLED, sends('B'), SETTLED],
    schedule: deaf,
  },
  'stopped by another tab': {
    question: "B stops A's answer. Is A told who ended it?",
    answers: 'endless',
    acts: [
      sends('A'),
      {do: 'await-answer', tab: 'A', chars: 10, upToMs: SETTLE_MS},
      refreshes('B'),
      {do: 'stop', tab: 'B'},
      SETTLED,
    ],
  },
  'answered by the old model': {
    question: 'A chooses another model. Which one answers B?',
    answers: 'short',
    acts: [
      {do: 'choose-model', tab: 'A', model: 'scripted-large'},
      SETTLED,
      refreshes('B'),
      SETTLED,
      {do: 'choose-model', tab: 'A', model: 'scripted'},
      SETTLED,
      sends('B'),
      SETTLED,
    ],
  },
  'outbox replayed': {
    question: 'B sent while it was offline, and A has gone on. Where does what B kept go?',
    answers: 'short',
    acts: [
      {do: 'faults'},
      sends('B'),
      sends('A'),
      SETTLED,
      {do: 'heal'},
      {do: 'pause', forMs: TRIED_AGAIN_MS},
      SETTLED,
      insists('B'),
      SETTLED,
    ],
    schedule: () => OFFLINE,
  },
  'resent with the same ids': {
    question:
      'The 200 is lost, and the page sends again with the ids it had. How often is the message there?',
    ...RESENT,
  },
  'resent with fresh ids': {
    question: 'The 200 is lost, and the page sends again with fresh ids. How often is the message there?',
    ...RESENT,
  },
  'draft lost': {
    question: 'B was closed with words that were not sent. Are they there when it is opened again?',
    answers: 'short',
    opens: [opens('B')],
    acts: [
      {do: 'type', tab: 'B', words: WORDS},
      {do: 'close', tab: 'B'},
      {do: 'reopen', tab: 'B'},
      {do: 'pause', forMs: 300},
    ],
  },
  'read from a lagging replica': {
    question: 'A is reloaded right after its answer. Does it show it?',
    answers: 'short',
    opens: [opens('A')],
    acts: [sends('A'), SETTLED, refreshes('A')],
  },
  'sent as another account': {
    question: 'Another account signs in with the same browser. As whom does A send?',
    answers: 'short',
    opens: [opens('A'), {do: 'open', tab: 'B', device: DEVICE, state: 'visible', account: 2}],
    acts: [sends('A'), SETTLED],
  },
}

export const scheduleOf = ({schedule}: HazardPlay, platform: Platform): FaultSchedule =>
  schedule?.(platform) ?? []

/** The whole of it: the tabs open, act, and are read. */
export function stepsOf(play: HazardPlay, platform: Platform): readonly Step[] {
  const opening = play.opens ?? [opens('A'), opens('B')]
  const tabs = opening.flatMap((step) => (step.do === 'open' ? [step.tab] : []))
  const isCalm = scheduleOf(play, platform).length === 0
  const acts = play.acts.filter((step) => !isCalm || step.do !== 'faults')
  const reloaded = acts.flatMap((step) => (step.do === 'refresh' ? [step.tab] : []))
  const reads: Step[] = [
    ...(reloaded.length === 0 ? [] : [{do: 'read', tabs: reloaded, label: AFTER_REFRESH} as const]),
    {do: 'read', tabs, label: 'final'},
  ]
  return [...opening, ...acts, ...reads]
}
