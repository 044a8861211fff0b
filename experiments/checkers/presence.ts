/**
 * For every message of the main window and every tab that should show it: did it, by the end of which window?
 * The ground on which loss, staleness and the comparison with the prediction stand.
 */
import type {History} from '../history/history-event.ts'
import {mainMessages, observers} from './message.ts'
import type {Message} from './message.ts'
import {windowNamed} from './span.ts'
import {Sightings, viewsOf} from './view.ts'
import type {Sighting} from './view.ts'

export type Presence = {
  readonly message: Message
  readonly tab: string
  /** The first full sighting not later than the end of the main window. */
  readonly main: Sighting | null
  /** Shown by the end of the return window; null where the scenario has none. */
  readonly return: boolean | null
  /** Shown by the page as it was reloaded; null where the scenario has no refresh. */
  readonly refresh: boolean | null
}

export function presencesOf(history: History): readonly Presence[] {
  const main = windowNamed(history, 'main')
  if (main === null) return []
  const back = windowNamed(history, 'return')
  const refresh = windowNamed(history, 'refresh')
  const views = viewsOf(history)
  const ever = new Sightings(views)
  const reloads = reloadsOf(history)
  const reloaded = new Sightings(views.filter(({tab, at}) => at >= (reloads.get(tab) ?? 0)))
  const observersOf = observers(history)

  return mainMessages(history).flatMap((message) =>
    observersOf(message).map((tab) => ({
      message,
      tab,
      main: ever.whole(tab, message, main.to),
      return: back && ever.whole(tab, message, back.to) !== null,
      refresh: refresh && reloaded.whole(tab, message, refresh.to) !== null,
    })),
  )
}

/** When each tab was first told to reload. */
export function reloadsOf({events}: History): ReadonlyMap<string, number> {
  const reloads = new Map<string, number>()
  for (const event of events) {
    if (event.kind !== 'step' || event.do !== 'refresh' || event.phase !== 'began' || event.tab === null)
      continue
    if (!reloads.has(event.tab)) reloads.set(event.tab, event.at)
  }
  return reloads
}

export type Seen = 'shows' | 'nothing' | 'partly'

/** Null where there was nothing to see or nobody to see it. */
export function sumUp(shown: readonly boolean[]): Seen | null {
  if (shown.length === 0) return null
  const count = shown.filter(Boolean).length
  if (count === shown.length) return 'shows'
  return count === 0 ? 'nothing' : 'partly'
}
