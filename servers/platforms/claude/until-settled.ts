/** Waits until turns are over, for a held `completion_status`. Owns a timer. Rule CL41. */
import type {TurnBuffer} from '../../stream/turn-buffer.ts'

/** Resolves when all of them have ended, when the time is up, or when whoever waits is gone. */
export function untilSettled(
  buffers: readonly TurnBuffer[],
  limitMs: number,
  signal: AbortSignal,
): Promise<void> {
  return new Promise((resolve) => {
    const leave: (() => void)[] = []
    const done = () => {
      clearTimeout(timer)
      signal.removeEventListener('abort', done)
      for (const leaveOne of leave) leaveOne()
      resolve()
    }
    const check = () => {
      if (buffers.every(({ended}) => ended !== null)) done()
    }
    const timer = setTimeout(done, limitMs)
    signal.addEventListener('abort', done)
    for (const buffer of buffers) leave.push(buffer.follow(buffer.count, {event() {}, end: check}))
    check()
  })
}
