/** Measures beside K5: how fast tokens come, how long a tab takes to be right again, how much later a frame is painted. */
import type {History} from '../history/history-event.ts'
import {committedMessages, senders} from './message.ts'
import type {Message} from './message.ts'
import {presencesOf, reloadsOf} from './presence.ts'
import type {Presence} from './presence.ts'
import type {SampleOf} from './sample.ts'
import {holdsOf, isWithin, stateAt, windowNamed} from './span.ts'
import {Sightings, viewsOf} from './view.ts'

/** From the model writing on to a tab showing at least that much of the answer. */
export function tokenLatencySamples(history: History): readonly SampleOf[] {
  const main = windowNamed(history, 'main')
  if (main === null) return []
  const messages = committedMessages(history)
  const observing = Map.groupBy(presencesOf(history), ({message}) => message.id)
  const senderOf = senders(history)
  const sightings = new Sightings(viewsOf(history))
  const holds = holdsOf(history)

  return [...appendsWithin(history, main)].flatMap(([messageId, appended]) => {
    const message = messages.get(messageId)
    if (message === undefined) return []
    const tabs = tabsWatching(message, observing.get(messageId) ?? [], senderOf)
    return tabs.flatMap(({tab, by}) => {
      const seen = sightings.of(tab, messageId)
      let next = 0
      return appended.map(({at, chars}): SampleOf => {
        while (next < seen.length && (seen[next]?.chars ?? 0) < chars) next += 1
        const shownAt = seen[next]?.at
        const isCensored = shownAt === undefined || shownAt > main.to
        return {
          measure: 'token-latency',
          tab,
          valueMs: (isCensored ? main.to : shownAt) - at,
          censored: isCensored,
          about: {message: messageId, chars, by, state: stateAt(holds, tab, main.from) ?? 'not said'},
        }
      })
    })
  })
}

type Stretch = {readonly from: number; readonly to: number}

function appendsWithin({events}: History, main: Stretch): ReadonlyMap<string, {at: number; chars: number}[]> {
  const appends = new Map<string, {at: number; chars: number}[]>()
  for (const event of events) {
    if (event.kind !== 'ledger' || event.event.kind !== 'appended' || !isWithin(event.at, main)) continue
    const {messageId, chars} = event.event
    const known = appends.get(messageId)
    if (known === undefined) appends.set(messageId, [{at: event.at, chars}])
    else known.push({at: event.at, chars})
  }
  return appends
}

function tabsWatching(
  message: Message,
  presences: readonly Presence[],
  senderOf: ReturnType<typeof senders>,
) {
  const sender = senderOf(message)
  const observing = presences.map(({tab}) => ({tab, by: 'observer'}))
  return sender === null ? observing : [{tab: sender, by: 'sender'}, ...observing]
}

/** From the tab's return, or from its reload, to the first moment it shows all that was committed in the main window. */
export function timeToFreshSamples(history: History): readonly SampleOf[] {
  const byTab = Map.groupBy(presencesOf(history), ({tab}) => tab)
  const reloads = reloadsOf(history)
  const returns = returnsOf(history)
  const views = viewsOf(history)

  return (['return', 'refresh'] as const).flatMap((name) => {
    const window = windowNamed(history, name)
    if (window === null) return []
    const beginnings = name === 'return' ? returns : reloads
    return [...byTab].flatMap(([tab, presences]): SampleOf[] => {
      const from = beginnings.get(tab)
      if (from === undefined) return []
      const isOld = (at: number) => name === 'refresh' && at < from
      const sightings = new Sightings(views.filter((view) => view.tab === tab && !isOld(view.at)))
      const shownAt = presences.map(({message}) => sightings.whole(tab, message, window.to)?.at)
      const isFresh = shownAt.every((at) => at !== undefined)
      const freshAt = isFresh ? Math.max(...shownAt, from) : window.to
      return [
        {measure: 'time-to-fresh', tab, valueMs: freshAt - from, censored: !isFresh, about: {window: name}},
      ]
    })
  })
}

function returnsOf({events}: History): ReadonlyMap<string, number> {
  const returns = new Map<string, number>()
  for (const event of events) {
    if (event.kind !== 'step' || event.phase !== 'began' || event.tab === null) continue
    if (event.do !== 'return' && event.do !== 'reopen') continue
    if (!returns.has(event.tab)) returns.set(event.tab, event.at)
  }
  return returns
}

/** How long after the change of the DOM the frame that contains it was produced. */
export function paintSamples(history: History): readonly SampleOf[] {
  const main = windowNamed(history, 'main')
  if (main === null) return []
  return history.events.flatMap((event): SampleOf[] => {
    if (event.kind !== 'witness' || event.event.kind !== 'painted' || !isWithin(event.at, main)) return []
    const valueMs = event.event.at - event.event.shownAt
    return [{measure: 'paint', tab: event.tab, valueMs, censored: false, about: {}}]
  })
}
