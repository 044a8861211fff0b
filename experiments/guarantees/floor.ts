/**
 * The messages that a session's later views have to reach: what it read, wrote or is due. Says in constant time whether
 * something of it stands below a message, however deep. Rule SG2.
 */
import type {Message, View} from './operation.ts'

export class Floor {
  readonly #lines = new Map<Message, number>()
  /** Of each message the children that are in the floor or have something of it below them. */
  readonly #living = new Map<Message, Set<Message>>()
  readonly #forgotten = new Set<Message>()

  /** `line` proves why the message is in it. */
  add(message: Message, line: number): void {
    if (this.#lines.has(message) || this.#forgotten.has(message)) return
    this.#lines.set(message, line)
    if (!this.#hasLiving(message)) this.#raise(message)
  }

  remove(message: Message): void {
    if (!this.#lines.delete(message)) return
    if (!this.#hasLiving(message)) this.#lower(message)
  }

  /** What stands below the place is out of it and never comes back. */
  forgetBelow(place: Message): void {
    const children = this.#living.get(place)
    if (children === undefined || children.size === 0) return
    const queue = [...children]
    for (let message = queue.pop(); message !== undefined; message = queue.pop()) {
      if (this.#lines.delete(message)) this.#forgotten.add(message)
      queue.push(...(this.#living.get(message) ?? []))
      this.#living.delete(message)
    }
    this.#living.delete(place)
    if (!this.#lines.has(place)) this.#lower(place)
  }

  forget(message: Message): void {
    this.remove(message)
    this.#forgotten.add(message)
  }

  has(message: Message): boolean {
    return this.#lines.has(message)
  }

  lineOf(message: Message): number {
    return this.#lines.get(message) ?? 0
  }

  /** Something of it that stands below the message, the nearest on one path; null where nothing does. */
  anyBelow(message: Message): Message | null {
    for (let at = message; ;) {
      const [child] = this.#living.get(at) ?? []
      if (child === undefined) return null
      if (this.#lines.has(child)) return child
      at = child
    }
  }

  /** Something of it that the view lacks: the view ends above it (which may be excused), or shows its child without it. */
  lackedBy({last, entries}: View, isEndExcused = false): Message | null {
    const below = last === null || isEndExcused ? null : this.anyBelow(last)
    if (below !== null) {
      // Only in a view that is out of order something below its last message can be in it.
      const missing = isIn(entries, below) ? this.#missingBelow(last, entries) : below
      if (missing !== null) return missing
    }
    for (const [index, {message}] of entries.entries()) {
      const {parent} = message
      if (parent === null || entries[index - 1]?.message === parent || !this.#lines.has(parent)) continue
      if (!isIn(entries, parent)) return parent
    }
    return null
  }

  #missingBelow(place: Message | null, entries: View['entries']): Message | null {
    const queue = place === null ? [] : [place]
    for (let at = queue.pop(); at !== undefined; at = queue.pop()) {
      for (const child of this.#living.get(at) ?? []) {
        if (this.#lines.has(child) && !isIn(entries, child)) return child
        queue.push(child)
      }
    }
    return null
  }

  #hasLiving(message: Message): boolean {
    return (this.#living.get(message)?.size ?? 0) > 0
  }

  #raise(message: Message): void {
    let child = message
    for (let {parent} = message; parent !== null; {parent} = parent) {
      const siblings = this.#living.get(parent)
      if (siblings?.has(child)) return
      if (siblings === undefined) this.#living.set(parent, new Set([child]))
      else siblings.add(child)
      if (this.#lines.has(parent) || (siblings !== undefined && siblings.size > 1)) return
      child = parent
    }
  }

  #lower(message: Message): void {
    let child = message
    for (let {parent} = message; parent !== null; {parent} = parent) {
      const siblings = this.#living.get(parent)
      if (siblings?.delete(child) !== true || siblings.size > 0 || this.#lines.has(parent)) return
      child = parent
    }
  }
}

const isIn = (entries: View['entries'], message: Message): boolean =>
  entries.some((entry) => entry.message === message)
