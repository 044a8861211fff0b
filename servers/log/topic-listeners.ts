/**
 * Who follows which topic of a log. Tells synchronously, in the order of appending, also when a listener appends.
 * A listener hears only what was appended while it was subscribed (LO7).
 */
import type {LogEntry} from './stream-log.ts'

type Listener = (entry: LogEntry) => void
type Subscription = {readonly listener: Listener}

export class TopicListeners {
  readonly #topics = new Map<string, Set<Subscription>>()
  readonly #waiting: {entry: LogEntry; to: readonly Subscription[]; topic: string}[] = []
  #telling = false

  add(topic: string, listener: Listener): () => void {
    const subscription = {listener}
    const subscriptions = this.#topics.get(topic) ?? new Set()
    this.#topics.set(topic, subscriptions.add(subscription))
    return () => {
      subscriptions.delete(subscription)
      if (subscriptions.size === 0 && this.#topics.get(topic) === subscriptions) this.#topics.delete(topic)
    }
  }

  tell(topic: string, entry: LogEntry): void {
    const subscriptions = this.#topics.get(topic)
    if (!subscriptions) return
    this.#waiting.push({topic, entry, to: [...subscriptions]})
    if (this.#telling) return
    this.#telling = true
    for (let next = this.#waiting.shift(); next; next = this.#waiting.shift()) {
      for (const subscription of next.to) {
        if (this.#topics.get(next.topic)?.has(subscription)) callSafely(subscription.listener, next.entry)
      }
    }
    this.#telling = false
  }

  clear(): void {
    this.#topics.clear()
  }
}

/** A listener that throws is our own mistake: loud, but not at the cost of the other listeners or the append. */
function callSafely(listener: Listener, entry: LogEntry): void {
  try {
    listener(entry)
  } catch (error) {
    queueMicrotask(() => {
      throw error
    })
  }
}
