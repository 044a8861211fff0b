/**
 * What one socket has said so far, and what its next frame asks for. Pure: no socket, no log, no clock.
 * Order of commands is observed; that it is enforced is invented. Rules CE5–CE9, CE26, CE28, CE43.
 */
import type {ClientFrame, PositionCommand, SubscribeCommand} from '#protocol/celsius-command.ts'
import type {CelsiusReply} from '#protocol/celsius-frame.ts'
import type {CloseReason} from '#protocol/close-codes.ts'

export type Session = {
  readonly name: 'awaiting-connect' | 'connected'
  readonly lastId: number
  readonly topics: ReadonlySet<string>
}

export const newSession: Session = {name: 'awaiting-connect', lastId: 0, topics: new Set()}

/** What to do for one command, and what to answer; a subscribe is answered by whoever has read the log. */
export type Step =
  | {readonly do: 'answer'; readonly id: number; readonly reply: CelsiusReply}
  | {readonly do: 'follow'; readonly id: number; readonly command: SubscribeCommand}
  | {readonly do: 'leave'; readonly id: number; readonly topic: string}
  | {readonly do: 'hold'; readonly id: number; readonly command: PositionCommand}

export type FrameOutcome =
  | {readonly session: Session; readonly steps: readonly Step[]}
  /** `code` is for the ledger. A refused frame has had no effect. */
  | {readonly refused: CloseReason; readonly code: string}

export function takeFrame(before: Session, frame: ClientFrame, maxTopics: number): FrameOutcome {
  let {name, lastId} = before
  const topics = new Set(before.topics)
  const steps: Step[] = []

  for (const {id, command} of frame) {
    if (id <= lastId) return {refused: 'badFrame', code: 'out-of-order'}
    lastId = id
    const isFirst = name === 'awaiting-connect'
    if (isFirst !== (command.type === 'connect')) {
      return {refused: 'badFrame', code: isFirst ? 'not-connected' : 'out-of-order'}
    }

    switch (command.type) {
      case 'connect':
        name = 'connected'
        steps.push({do: 'answer', id, reply: {type: 'connect', subscriptions: {}}})
        break
      case 'presence':
        steps.push({do: 'answer', id, reply: {type: 'presence'}})
        break
      case 'subscribe':
        topics.add(command.topic_id)
        if (topics.size > maxTopics) return {refused: 'subscriptionCap', code: 'too-many-topics'}
        steps.push({do: 'follow', id, command})
        break
      case 'unsubscribe':
        topics.delete(command.topic_id)
        steps.push({do: 'leave', id, topic: command.topic_id})
        break
      case 'position':
        steps.push({do: 'hold', id, command})
        break
    }
  }
  return {session: {name, lastId, topics}, steps}
}
