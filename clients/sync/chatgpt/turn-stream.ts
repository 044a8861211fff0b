/**
 * Brings one answer in, whatever becomes of its stream: reads the response, follows a handoff on the channel, resumes
 * what was cut, and in the end polls. Says only what the server said: an answer without its end is never complete.
 * Observed order of fallbacks. Rules CO7, TU11–TU13, RS1–RS5.
 */
import {ProtocolError} from '#protocol/protocol-error.ts'
import {createAnswerReader, type AnswerUpdate} from './answer-reader.ts'
import {ApiError} from '../http-caller.ts'
import type {Api} from './api.ts'
import type {Surroundings} from '../chat-session.ts'
import {resumeRules} from './defaults.ts'
import {pause} from '../pause.ts'
import {readSseBody} from '../sse-body.ts'
import type {Settled} from './status-poll.ts'
import type {FollowEnd} from './turn-follow.ts'

/** `polled`: the stream is lost, and the conversation says how the answer ended. `unknown`: nobody could say it. */
export type TurnEnd =
  | {readonly name: 'complete' | 'stopped' | 'failed' | 'polled'}
  | {readonly name: 'unknown'; readonly why: string}

export type TurnNeeds = {
  readonly surroundings: Pick<Surroundings, 'stampNow' | 'random'>
  readonly api: Pick<Api, 'resume'>
  /** Of the waits between two attempts. */
  readonly pauses: Pick<Surroundings, 'setTimer'>
  /** Of the silence that an answer is allowed; its end is the answer's cut. */
  readonly silences: Pick<Surroundings, 'setTimer'>
  readonly signal: AbortSignal
  readonly onUpdate: (update: AnswerUpdate) => void
  /** Runs what one piece brings. */
  readonly batch: (run: () => void) => void
  /** After the updates of one piece of the response. */
  readonly onPiece: (at: number, bytes: number) => void
  readonly follow: (topic: string, take: (update: AnswerUpdate) => void) => Promise<FollowEnd>
  readonly isStopped: () => boolean
  readonly settle: () => Promise<Settled>
  /** The token leads nowhere. */
  readonly onDeadToken: (place: Place) => void
}

/** Where the answer can be asked for again. */
export type Place = {readonly conversationId: string; readonly token: string}

type Ending = 'complete' | 'failed' | 'stopped' | 'cut' | 'unreadable'

export async function runTurn(needs: TurnNeeds, first: Response | Place): Promise<TurnEnd> {
  const {api, signal, surroundings} = needs
  let place = first instanceof Response ? null : first
  let reader = createAnswerReader()
  let handoff: {readonly topic: string | null} | null = null
  let told: 'complete' | 'failed' | null = null
  let isDone = false

  function take(update: AnswerUpdate): void {
    if (signal.aborted) return
    if (update.type === 'token') place = update
    if (update.type === 'handoff') handoff = update
    if (update.type === 'done') isDone = true
    if (update.type === 'complete') told = 'complete'
    if (update.type === 'error') told = 'failed'
    needs.onUpdate(update)
  }

  async function readResponse(response: Response): Promise<Ending> {
    isDone = false
    try {
      if (response.body) {
        await readSseBody(
          response.body,
          {
            onEvent: (event) => {
              const update = reader.take(event)
              if (update) take(update)
            },
            onPiece: needs.onPiece,
            batch: needs.batch,
            isOver: () => isDone || told === 'failed',
          },
          {idleMs: resumeRules.idleMs, signal},
          {setTimer: needs.silences.setTimer, stampNow: surroundings.stampNow},
        )
      }
    } catch (error) {
      if (error instanceof ProtocolError) return 'unreadable'
      throw error
    }
    return endingOf(isDone)
  }

  function endingOf(isOver: boolean): Ending {
    if (told !== null) return told
    if (needs.isStopped()) return 'stopped'
    // An end that nobody explained, a stop by another tab for one: only the server knows what became of the answer.
    return isOver && handoff === null ? 'unreadable' : 'cut'
  }

  let ending = first instanceof Response ? await readResponse(first) : ('cut' as const)
  const topic = topicOf(handoff)
  if (ending === 'cut' && topic !== null) {
    ending = (await needs.follow(topic, take)) === 'done' ? endingOfFollowed() : endingOf(false)
    // A topic's items and a response's events are counted apart: what was followed begins again from nothing.
    reader = createAnswerReader()
  }

  for (let attempts = 0; ending === 'cut' && !signal.aborted; attempts += 1) {
    const from = placeOf(place)
    if (!from || attempts >= resumeRules.maxAttempts) return settle()
    // After a reload or a handoff there is nothing to wait for.
    if (attempts > 0 || reader.count() > 0) await pause(resumeDelayMs(attempts), signal, needs.pauses)
    try {
      ending = await readResponse(await api.resume(from.conversationId, from.token, reader.count()))
    } catch (error) {
      if (!(error instanceof ApiError)) throw error
      if (error.status === 404) needs.onDeadToken(from)
      if (!mayResumeAfter(error)) return settle()
    }
  }
  if (ending === 'unreadable') return settle()
  return {name: ending === 'cut' ? 'failed' : ending}

  function endingOfFollowed(): Ending {
    const followed = endingOf(false)
    return followed === 'cut' ? 'unreadable' : followed
  }

  async function settle(): Promise<TurnEnd> {
    const settled = await needs.settle()
    return settled.name === 'settled' ? {name: 'polled'} : settled
  }

  function resumeDelayMs(attempts: number): number {
    const {firstDelayMs, factor, maxDelayMs} = resumeRules
    return Math.min(firstDelayMs * factor ** attempts, maxDelayMs) * (0.5 + surroundings.random() / 2)
  }
}

// What closures assign, the compiler takes for its first value; these two give it its type back.
const topicOf = (handoff: {readonly topic: string | null} | null) => handoff?.topic ?? null
const placeOf = (place: Place | null) => place

const mayResumeAfter = ({status}: ApiError): boolean => status === 0 || resumeRules.statuses.includes(status)
