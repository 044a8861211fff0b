/** Waiting, by the timers of the surroundings; an aborted wait ends at once. */
import type {Surroundings} from './chat-session.ts'

export function pause(
  delayMs: number,
  signal: AbortSignal,
  {setTimer}: Pick<Surroundings, 'setTimer'>,
): Promise<void> {
  if (signal.aborted) return Promise.resolve()
  return new Promise((resolve) => {
    const end = () => {
      cancel()
      signal.removeEventListener('abort', end)
      resolve()
    }
    const cancel = setTimer(end, delayMs)
    signal.addEventListener('abort', end)
  })
}
