/**
 * Keeps a tab's position in the log of the conversation it shows (remedies `resume` and `probe`): asks, reads and waits as
 * `position.ts` decides, and hands on what was missing. One for each stay in a conversation. Rules CC40–CC44.
 */
import {readPushPlace, type ChannelEvents, type LogPlace} from '#protocol/claude/channel-events.ts'
import {readClaudePush, type ClaudePush} from '#protocol/claude/push-data.ts'
import {ProtocolError} from '#protocol/protocol-error.ts'
import type {Surroundings} from '../chat-session.ts'
import {ApiError} from '../http-caller.ts'
import {pause} from '../pause.ts'
import type {Quietly} from '../quietly.ts'
import {fullJitterMs} from './back-off.ts'
import {questionBackOff, questionLimit} from './defaults.ts'
import {mayPass} from './may-pass.ts'
import {next, type Position, type PositionEvent, type PositionStep} from './position.ts'

/** What the log says of the conversation. Null: that something happened which this page cannot read. */
export type LoggedEvent = Exclude<ClaudePush, {kind: 'completion' | 'approval'}> | null

export type AnsweredQuestion = {readonly answer: ChannelEvents; readonly at: number; readonly bytes: number}

export type FollowerNeeds = {
  /** Throws {@link ApiError} and {@link ProtocolError}. */
  readonly ask: (place: LogPlace | null, limitMs: number) => Promise<AnsweredQuestion>
  /** Reads the conversation where nothing is behind. Throws {@link ApiError}. */
  readonly read: () => Promise<void>
  /** In the order of the log, nothing between them missing. */
  readonly deliver: (events: readonly LoggedEvent[]) => void
  /** The server says that pushes do not go to this browser any more. */
  readonly onDeafChannel: () => void
  readonly quietly: Quietly
  readonly surroundings: Pick<Surroundings, 'setTimer' | 'random' | 'witness'>
  readonly signal: AbortSignal
}

/** `behind`: something was missing, and is there now or is being read. `dead`: nobody answered, it is asked again. */
export type CheckOutcome = 'alive' | 'behind' | 'dead'

export type PositionFollower = {
  /** Takes the first place and reads the conversation. Resolves when that has ended, or nobody answered. */
  begin(): Promise<void>
  /** False when the push has no place: then it is for the page to judge by itself. */
  pushed(data: Readonly<Record<string, string>>): boolean
  /** Asks now whether anything is missing. Null where there is no place to ask from. */
  check(): Promise<CheckOutcome | null>
}

export function createPositionFollower(needs: FollowerNeeds): PositionFollower {
  const {signal, surroundings} = needs
  let state: Position<LoggedEvent> = {name: 'nowhere'}
  /** The question or reading under way; what follows upon it is part of it. */
  let underWay: Promise<CheckOutcome> | null = null
  let endWait = new AbortController()

  function feed(event: PositionEvent<LoggedEvent>): PositionStep<LoggedEvent> {
    const step = next(state, event)
    state = step.state
    if (step.deliver.length > 0) needs.deliver(step.deliver)
    switch (step.begins) {
      case 'question':
        endWait.abort()
        begin()
        break
      case 'wait':
        void wait()
        break
      case 'reading':
      case null:
        break
    }
    return step
  }

  /** After the one that this one follows upon, if there is any: never two at a time. */
  function begin(): void {
    const asked = (underWay ?? Promise.resolve()).then(question, question)
    underWay = asked
    void needs.quietly(async () => void (await asked))
  }

  async function question(): Promise<CheckOutcome> {
    if (state.name !== 'asking' || signal.aborted) return 'dead'
    const {at: place, failures} = state
    let asked: AnsweredQuestion
    try {
      asked = await needs.ask(place, Math.min(questionLimit.firstMs * 2 ** failures, questionLimit.maxMs))
    } catch (error) {
      return unanswered(error)
    }
    if (signal.aborted) return 'dead'
    const {answer, at, bytes} = asked
    const events = answer.events.map(({offset, data}) => ({offset, event: logged(data)}))
    const messageIds = events.flatMap(({event}) => idOf(event))
    if (messageIds.length > 0)
      surroundings.witness({kind: 'received', via: 'refetch', topic: null, messageIds, bytes}, at)
    const {deliver, begins} = feed({type: 'answered', answer: {...answer, events}})
    if (answer.channel_active === false) needs.onDeafChannel()
    if (begins === 'reading') return read()
    return deliver.length > 0 ? 'behind' : 'alive'
  }

  async function read(): Promise<CheckOutcome> {
    try {
      await needs.read()
    } catch (error) {
      return unanswered(error)
    }
    if (!signal.aborted) feed({type: 'read'})
    return 'behind'
  }

  function unanswered(error: unknown): CheckOutcome {
    if (!(error instanceof ApiError) && !(error instanceof ProtocolError)) throw error
    if (signal.aborted) return 'dead'
    // A server that cannot be understood is not asked again.
    feed({type: error instanceof ApiError && mayPass(error) ? 'failed' : 'refused'})
    return 'dead'
  }

  async function wait(): Promise<void> {
    if (state.name !== 'waiting') return
    const delayMs = fullJitterMs(state.failures, questionBackOff, surroundings.random())
    endWait = new AbortController()
    const wanted = AbortSignal.any([signal, endWait.signal])
    await pause(delayMs, wanted, surroundings)
    if (!wanted.aborted) feed({type: 'due'})
  }

  return {
    async begin() {
      feed({type: 'begun'})
      await underWay
    },
    pushed(data) {
      const place = readPushPlace(data)
      if (place === null) return false
      const event = logged(data)
      feed({type: 'pushed', arrived: {place, event: event?.kind === 'content' ? event : null}})
      return true
    },
    async check() {
      if (state.name === 'nowhere') return null
      feed({type: 'due'})
      let isBehind = false
      for (;;) {
        const outcome = await underWay
        if (outcome === null || outcome === 'dead') return outcome
        isBehind ||= outcome === 'behind'
        if (state.name !== 'asking') return isBehind ? 'behind' : 'alive'
      }
    },
  }
}

/** Of a log that writes notices, too, they would say nothing here. */
function logged(data: Readonly<Record<string, string>>): LoggedEvent {
  const push = readClaudePush(data)
  return push === null || push.kind === 'completion' || push.kind === 'approval' ? null : push
}

function idOf(event: LoggedEvent): readonly string[] {
  if (event === null) return []
  return [event.kind === 'content' ? event.message.uuid : event.messageId]
}
