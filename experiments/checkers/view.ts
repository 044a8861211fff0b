/** What the tabs showed: every transcript a witness read from the DOM, and when a message was first there in full. */
import type {History} from '../history/history-event.ts'
import type {Message} from './message.ts'

export type ShownLine = {readonly id: string; readonly chars: number; readonly status: string}
export type View = {
  readonly tab: string
  readonly at: number
  readonly line: number
  readonly shown: readonly ShownLine[]
}

/** In the order of time. A full reading is a view like any other. */
export function viewsOf({events}: History): readonly View[] {
  const views: View[] = []
  for (const event of events) {
    if (event.kind !== 'witness') continue
    const {kind} = event.event
    if (kind !== 'shown' && kind !== 'reading') continue
    views.push({tab: event.tab, at: event.at, line: event.line, shown: event.event.view})
  }
  return views
}

export type Sighting = {readonly at: number; readonly line: number; readonly chars: number}

/** For every tab and message the moments at which more of the message was there than ever before. */
export class Sightings {
  readonly #seen = new Map<string, Map<string, Sighting[]>>()

  constructor(views: readonly View[]) {
    for (const {tab, at, line, shown} of views) {
      const ofTab = this.#seen.get(tab) ?? new Map<string, Sighting[]>()
      this.#seen.set(tab, ofTab)
      for (const {id, chars} of shown) {
        const ofMessage = ofTab.get(id)
        if (ofMessage === undefined) ofTab.set(id, [{at, line, chars}])
        else if (chars > (ofMessage.at(-1)?.chars ?? 0)) ofMessage.push({at, line, chars})
      }
    }
  }

  of(tab: string, messageId: string): readonly Sighting[] {
    return this.#seen.get(tab)?.get(messageId) ?? []
  }

  /** The first time the tab showed the whole message, not after `until`. */
  whole(tab: string, {id, chars}: Message, until = Number.POSITIVE_INFINITY): Sighting | null {
    const first = this.of(tab, id).find((sighting) => sighting.chars >= chars)
    return first !== undefined && first.at <= until ? first : null
  }
}
