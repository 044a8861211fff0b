/** What a session wrote: it counts from its acknowledgement on, and can be replaced before that. Rules SG3, SG14. */
import type {Act, Message, Moment, Operations} from './operation.ts'
import {SessionFloor} from './session.ts'

export class WriteFloor extends SessionFloor {
  readonly #unacknowledged = new Set<Message>()

  write(act: Act): void {
    if (act.message?.act === act && act.message.committed !== null) this.#unacknowledged.add(act.message)
  }

  acknowledge(message: Message, moment: Moment): void {
    this.#unacknowledged.delete(message)
    this.put(message, moment)
  }

  /** Returns the place below which others were put, as {@link SessionFloor.replace} does. */
  override replace(act: Act, isAbove: Operations['isAbove']): Message | null {
    const place = super.replace(act, isAbove)
    if (place === null) return null
    for (const message of this.#unacknowledged)
      if (message !== place && isAbove(place, message)) this.floor.forget(message)
    return place
  }
}
