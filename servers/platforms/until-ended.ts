/** Waits for a turn's end as a reader of its events, and reads none of them. */
import type {TurnBuffer} from '../stream/turn-buffer.ts'

export const untilEnded = (buffer: TurnBuffer): Promise<void> =>
  new Promise((resolve) => {
    buffer.follow(buffer.count, {event() {}, end: () => resolve()})
  })
