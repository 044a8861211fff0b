/**
 * A turn: one answer from being asked for to its final state. Pure. What a platform calls these states is its own.
 * The states are named after observed answers of `stream_status`; `queued` is invented. Rules ST1–ST7, TU25.
 */

export type TurnState =
  | {readonly name: 'queued'}
  | {readonly name: 'streaming'}
  | {readonly name: 'stop-requested'}
  | {readonly name: 'complete'}
  | {readonly name: 'stopped'}
  | {readonly name: 'failed'}

export type TurnEvent =
  | {readonly type: 'began'}
  | {readonly type: 'stop-asked'}
  /** The model wrote its last token. */
  | {readonly type: 'finished'}
  /** The model obeyed a stop. */
  | {readonly type: 'halted'}
  /** The process that wrote the answer is gone, or the model broke. */
  | {readonly type: 'broke'}

/** The next state; the same object when the event means nothing in this one. Final states are final. */
export function next(now: TurnState, event: TurnEvent): TurnState {
  switch (now.name) {
    case 'queued':
      if (event.type === 'began') return {name: 'streaming'}
      if (event.type === 'stop-asked') return {name: 'stop-requested'}
      return event.type === 'broke' ? {name: 'failed'} : now
    case 'streaming':
      if (event.type === 'stop-asked') return {name: 'stop-requested'}
      if (event.type === 'finished') return {name: 'complete'}
      return event.type === 'broke' ? {name: 'failed'} : now
    case 'stop-requested':
      if (event.type === 'halted') return {name: 'stopped'}
      // The last token may overtake the stop.
      if (event.type === 'finished') return {name: 'complete'}
      return event.type === 'broke' ? {name: 'failed'} : now
    case 'complete':
    case 'stopped':
    case 'failed':
      return now
  }
}

export const isRunning = ({name}: TurnState): boolean =>
  name === 'queued' || name === 'streaming' || name === 'stop-requested'

export type Turn = {
  readonly id: string
  readonly conversationId: string
  readonly answerId: string
  readonly state: TurnState
  readonly startedAtMs: number
}
