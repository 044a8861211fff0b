/** Remedy `poll`: refetch the open conversation at a steady pace, whatever the channel says. Invented. Rule PO4. */
import type {Surroundings} from '../chat-session.ts'

export function poll(
  refetch: () => void,
  pollIntervalMs: number,
  {setTimer}: Pick<Surroundings, 'setTimer'>,
): () => void {
  let cancel = setTimer(tick, pollIntervalMs)

  function tick(): void {
    cancel = setTimer(tick, pollIntervalMs)
    refetch()
  }
  return () => cancel()
}
