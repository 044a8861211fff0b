/**
 * Habit `outbox: replay`: what could not be sent stays in the transcript and waits for the network. When to try again is
 * decided here; what is sent then is whoever waits' own. Holds one message, as a tab has one turn. Rule HB4.
 */
import type {Surroundings} from './chat-session.ts'
import type {ChatStore} from './chat-store.ts'

/** Between two attempts: firstDelayMs · factor^n, at most maxDelayMs, unless the browser says before that it is online. Invented. */
const RETRY = {firstDelayMs: 1_000, factor: 2, maxDelayMs: 30_000}
const WAITING = 'Waiting for the network: what you wrote is kept, and sent when there is one.'

export type Outbox = {
  /** Says that it waits, and resolves when it is time to try once more; false where it was taken back, or is nobody's now. */
  untilNextAttempt(signal: AbortSignal): Promise<boolean>
  /** It had an answer, or will get none: nothing waits any more. */
  leave(): void
  /** True where something waited, which the person does not want to be sent any more. */
  takeBack(): boolean
}

export function createOutbox(
  store: Pick<ChatStore, 'apply' | 'batch' | 'setNotice' | 'view'>,
  {setTimer, onWake}: Pick<Surroundings, 'setTimer' | 'onWake'>,
): Outbox {
  let attempts = 0
  let end: ((isDue: boolean) => void) | null = null

  function say(isHeld: boolean): void {
    store.batch(() => {
      store.apply({type: 'held', isHeld})
      if (isHeld) store.setNotice(WAITING)
      else if (store.view().notice === WAITING) store.setNotice(null)
    })
  }

  return {
    async untilNextAttempt(signal) {
      if (signal.aborted) return false
      say(true)
      const waited = Promise.withResolvers<boolean>()
      end = waited.resolve
      const giveUp = () => waited.resolve(false)
      const delayMs = Math.min(RETRY.maxDelayMs, RETRY.firstDelayMs * RETRY.factor ** attempts)
      attempts += 1
      const stopTimer = setTimer(() => waited.resolve(true), delayMs)
      const stopListening = onWake((because) => because === 'online' && waited.resolve(true))
      signal.addEventListener('abort', giveUp)
      try {
        return await waited.promise
      } finally {
        end = null
        stopTimer()
        stopListening()
        signal.removeEventListener('abort', giveUp)
      }
    },
    leave() {
      if (attempts === 0) return
      attempts = 0
      say(false)
    },
    takeBack() {
      end?.(false)
      return end !== null
    },
  }
}
