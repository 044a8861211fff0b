/**
 * Histories of hazards in the compact notation of `guarantees/story.ts`, for tests, with what hazards are about besides:
 *
 *     A tries send | A tries edit | together | A cannot send | A types 5 | A has 5 | A has 5 #x | A reopens | A stops a2
 *     A is titled x | A says some words | deleted | renamed x | stopped a2 | chosen large | turn a2 large
 *     ask A send 200 [of v] [bytes 9]
 */
import {expect, test} from 'vitest'
import {storyOf} from '../guarantees/story.ts'
import {book, lifecycle, opens, says, step, type Told} from '../history/history-builder.ts'
import type {History} from '../history/history-event.ts'
import type {Hazard} from './hazard.ts'
import {hazardIn} from './hazard-in.ts'

export const storyAbout = (hazard: Hazard, text: string): History =>
  storyOf(text, happening, {experiment: 'stale-read', conditions: {hazard, replicaLagMs: LAG_MS}})

const LAG_MS = 2_000

const HERE = {userId: 'u', conversationId: 'conversation'}
/** A step takes a moment. */
const STEP_MS = 10

function happening(at: number, words: string): readonly Told[] | null {
  const [first = '', verb = '', ...rest] = words.split(' ')
  switch (first) {
    case 'together':
      return stepOf(at, null, 'send-together')
    case 'deleted':
      return [book(at, {kind: 'deleted', ...HERE})]
    case 'renamed':
      return [book(at, {kind: 'renamed', ...HERE, titleHash: verb})]
    case 'stopped':
      return [book(at, {kind: 'stopped', ...HERE, messageId: verb})]
    case 'chosen':
      return [book(at, {kind: 'model-chosen', ...HERE, model: verb})]
    case 'turn':
      return [book(at, {kind: 'turn-began', ...HERE, messageId: verb, model: rest[0] ?? ''})]
    case 'ask':
      return [asked(at, verb, rest)]
    default:
      return ofTab(at, first, verb, rest)
  }
}

function asked(at: number, tab: string, [what = '', status = '', ...more]: readonly string[]): Told {
  const [bytes, userId] = ['bytes', 'of'].map((name) => more[more.indexOf(name) + 1])
  return book(at, {
    kind: 'asked',
    userId: more.includes('of') ? (userId ?? '') : 'u',
    tab,
    what: what as 'send',
    conversationId: 'conversation',
    status: Number(status),
    bytes: more.includes('bytes') ? Number(bytes) : 0,
  })
}

function ofTab(at: number, tab: string, verb: string, rest: readonly string[]): readonly Told[] | null {
  const [object = '', more = ''] = rest
  switch (verb) {
    case 'tries':
      return stepOf(at, tab, object)
    case 'cannot':
      return stepOf(at, tab, object, 'not-met')
    case 'types': {
      const [began, ended] = stepOf(at, tab, 'type')
      return [began, says(at + 1, tab, draft(object)), ended]
    }
    case 'has':
      return [says(at, tab, {...draft(object), ...(more !== '' && {textHash: more})})]
    case 'reopens':
      return [opens(at + 1, tab, {navigationStartMs: at}), lifecycle(at, tab, 'loaded', 'visible')]
    case 'stops':
      return [says(at, tab, {kind: 'acted', act: 'stopped', messageId: object, parentId: null})]
    case 'says':
      return [says(at, tab, {kind: 'notice', text: rest.join(' ')})]
    case 'is':
      return object === 'titled' ? [says(at, tab, {kind: 'titled', chars: 5, titleHash: more})] : null
    default:
      return null
  }
}

const draft = (chars: string) => ({kind: 'draft', chars: Number(chars), textHash: `#${chars}`}) as const

function stepOf(
  at: number,
  tab: string | null,
  what: string,
  outcome: 'ok' | 'not-met' = 'ok',
): [Told, Told] {
  return [step(at, at, what, 'began', {tab}), step(at + STEP_MS, at, what, 'ended', {tab, outcome})]
}

type Stories = Readonly<Record<string, string>>

/** Each of these stories by a sentence, with what is to be told of it. */
export function toldOf(
  rule: string,
  hazard: Hazard,
  {shown, absent, untold}: {readonly shown: Stories; readonly absent: Stories; readonly untold: Stories},
): void {
  test.each(Object.entries(shown))(`[${rule}] ${hazard}, shown: %s`, (_, text) => {
    const finding = hazardIn(storyAbout(hazard, text))
    expect(finding).toMatchObject({hazard, isShown: true})
    for (const {lines, note} of finding?.because ?? []) {
      expect(note).not.toBe('')
      expect(lines.length > 0 && lines.every((line) => line > 1)).toBe(true)
    }
  })
  test.each(Object.entries(absent))(`[${rule}] ${hazard}, absent: %s`, (_, text) => {
    expect(hazardIn(storyAbout(hazard, text))).toMatchObject({hazard, isShown: false, because: []})
  })
  test.each(Object.entries(untold))(`[HZ1] [${rule}] ${hazard}, cannot be told: %s`, (_, text) => {
    expect(() => hazardIn(storyAbout(hazard, text))).toThrow()
  })
}

/** Two tabs that show a question and its answer. */
export const CALM = 'A opens; B opens; commit m1; commit a1 on m1; A shows m1 a1; B shows m1 a1'

/** A goes on, and has its answer. */
export const WENT_ON = `${CALM}; A tries send; A sends m2 on a1; A shows m1 a1 m2?; commit m2 on a1; commit a2 on m2; A shows m1 a1 m2 a2`

/** B's person sends on what B shows, and the page lets them. */
export const B_SENDS = 'B tries send; B sends m3 on a1; B shows m1 a1 m3?'
