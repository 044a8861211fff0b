/**
 * Hands the push back end's book to the cells it concerns: by the origin of the subscription, which every line of a
 * message names once it is stored. What concerns a device's link is told to every cell.
 */
import type {PushEvent} from '#protocol/push-event.ts'

type Listener = (event: PushEvent) => void

/** A send that was accepted is told before anything of it is stored; more than these at a time have no delivery at all. */
const MAX_WAITING = 1_000

export class PushRouter {
  readonly #listeners = new Map<string, Listener>()
  readonly #everywhere = new Set<Listener>()
  /** Accepted, and not known yet for whom; by message. */
  readonly #accepted = new Map<string, PushEvent>()
  readonly #originOf = new Map<string, string>()
  readonly #linkedAt = new Map<string, number>()

  /** Every event that concerns pages of the origin. Returns the unsubscribe function. */
  on(origin: string, listener: Listener): () => void {
    this.#listeners.set(origin, listener)
    return () => void this.#listeners.delete(origin)
  }

  /** Every event. */
  onAny(listener: Listener): () => void {
    this.#everywhere.add(listener)
    return () => void this.#everywhere.delete(listener)
  }

  /** When the device's link of now was opened, on the one clock; null where it has none. */
  linkedAt(pushDeviceId: string): number | null {
    return this.#linkedAt.get(pushDeviceId) ?? null
  }

  /** Nothing is linked to a back end that is gone, and it cannot say so. */
  lostAllLinks(): void {
    this.#linkedAt.clear()
  }

  take(event: PushEvent): void {
    if (event.kind === 'push-link-opened') this.#linkedAt.set(event.deviceId, event.at)
    if (event.kind === 'push-link-closed') this.#linkedAt.delete(event.deviceId)
    for (const listener of this.#everywhere) listener(event)
    switch (event.kind) {
      case 'push-accepted':
        return this.#takeAccepted(event)
      case 'push-stored': {
        const {origin, messageId} = event
        if (origin === null) return
        this.#originOf.set(messageId, origin)
        const accepted = this.#accepted.get(messageId)
        this.#accepted.delete(messageId)
        if (accepted) this.#listeners.get(origin)?.(accepted)
        return this.#listeners.get(origin)?.(event)
      }
      case 'push-sent':
      case 'push-acked':
      case 'push-dropped':
        return event.origin === null ? undefined : this.#listeners.get(event.origin)?.(event)
      case 'push-link-opened':
      case 'push-link-closed':
        for (const listener of this.#listeners.values()) listener(event)
        return
      // Nobody's message: whoever sent it has it in its own book.
      case 'push-refused':
    }
  }

  /** A message may be stored before the answer to its sender is: then it is known already whose it is. */
  #takeAccepted(event: Extract<PushEvent, {kind: 'push-accepted'}>): void {
    const origin = this.#originOf.get(event.messageId)
    this.#originOf.delete(event.messageId)
    if (origin !== undefined) return this.#listeners.get(origin)?.(event)
    this.#accepted.set(event.messageId, event)
    if (this.#accepted.size > MAX_WAITING) {
      const [oldest] = this.#accepted.keys()
      if (oldest !== undefined) this.#accepted.delete(oldest)
    }
  }
}
