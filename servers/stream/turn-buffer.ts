/**
 * The events of one turn, numbered from 0, for the tab that asked and for those that resume. Lives in memory: a resume
 * reads from it, a crash loses it. Readers come and go; the turn does not wait for them. Rules RS1–RS2, TU13–TU14.
 */

/** `done`: said to its end. `cut`: stopped or broken, so no `[DONE]` follows. */
export type TurnEnd = 'done' | 'cut'

export type TurnReader = {
  readonly event: (text: string) => void
  readonly end: (how: TurnEnd) => void
}

export class TurnBuffer {
  readonly #events: string[] = []
  readonly #readers = new Set<TurnReader>()
  #ended: TurnEnd | null = null

  get count(): number {
    return this.#events.length
  }

  get ended(): TurnEnd | null {
    return this.#ended
  }

  append(text: string): void {
    if (this.#ended !== null) throw new TypeError('the turn has ended')
    this.#events.push(text)
    for (const reader of this.#readers) reader.event(text)
  }

  end(how: TurnEnd): void {
    if (this.#ended !== null) return
    this.#ended = how
    const readers = [...this.#readers]
    this.#readers.clear()
    for (const reader of readers) reader.end(how)
  }

  /** Everything from event `offset` on, at once and then live. Returns the way to leave early. */
  follow(offset: number, reader: TurnReader): () => void {
    for (const text of this.#events.slice(offset)) reader.event(text)
    if (this.#ended !== null) {
      reader.end(this.#ended)
      return () => {}
    }
    this.#readers.add(reader)
    return () => void this.#readers.delete(reader)
  }
}
