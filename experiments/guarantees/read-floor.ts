/**
 * What a session has read. A tab has read what it showed as being there; over all tabs of a person only what was in sight,
 * committed and whole counts. Rules SG3, SG13.
 */
import {isThere, isWhole} from './operation.ts'
import type {Message, Moment, View} from './operation.ts'
import {SessionFloor} from './session.ts'
import type {Scope} from './session.ts'

export class ReadFloor extends SessionFloor {
  readonly #scope: Scope
  readonly #entered = new Set<Message>()
  /** Read before the server had committed it. */
  readonly #early = new Set<Message>()

  constructor(scope: Scope) {
    super(scope)
    this.#scope = scope
  }

  read(view: View, moment: Moment): void {
    const from = this.#scope === 'tab' && moment === view ? view.changedFrom : 0
    for (let i = from; i < view.entries.length; i += 1) {
      const entry = view.entries[i]
      if (entry === undefined || this.#entered.has(entry.message) || !isThere(entry)) continue
      const {message} = entry
      const isCommitted = message.committed !== null && message.committed.at <= moment.at
      if (this.#scope === 'person' && !(isCommitted && isWhole(entry))) continue
      this.#entered.add(message)
      if (!isCommitted) this.#early.add(message)
      this.put(message, moment)
    }
  }

  /** A new page need not know what was not committed when it began. Returns what it need not know. */
  reload(at: number): readonly Message[] {
    const excused = [...this.#early].filter(({committed}) => committed === null || committed.at > at)
    this.#early.clear()
    for (const message of excused) {
      this.floor.remove(message)
      this.#entered.delete(message)
    }
    return excused
  }
}
