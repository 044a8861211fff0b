/** Rule K1: what was committed in the main window is shown by every observing tab: in it, on return, after a refresh. */
import {verdictOf} from './checker.ts'
import type {Checker} from './checker.ts'
import {presencesOf} from './presence.ts'
import type {Presence} from './presence.ts'
import {windowNamed} from './span.ts'
import type {Violation} from './verdict.ts'

export const lost: Checker = (history) => {
  const presences = presencesOf(history)
  const lines = {
    main: windowNamed(history, 'main')?.lines ?? [],
    return: windowNamed(history, 'return')?.lines ?? [],
    refresh: windowNamed(history, 'refresh')?.lines ?? [],
  }
  const because = presences.flatMap((presence): Violation[] => {
    const missed = missedIn(presence)
    if (missed.length === 0) return []
    const {message, tab} = presence
    const note = `${message.id} was not shown ${missed.map((window) => IN_WORDS[window]).join(', nor ')}`
    return [{rule: 'K1', tab, lines: [message.line, ...missed.flatMap((window) => lines[window])], note}]
  })
  return verdictOf(because, {
    expected: presences.length,
    shownInMain: presences.filter((presence) => presence.main !== null).length,
    ...(lines.return.length > 0 && {
      shownOnReturn: presences.filter((presence) => presence.return === true).length,
    }),
    ...(lines.refresh.length > 0 && {
      shownAfterRefresh: presences.filter((presence) => presence.refresh === true).length,
    }),
  })
}

type MissedWindow = 'main' | 'return' | 'refresh'

const IN_WORDS = {
  main: 'in the main window',
  return: 'on return',
  refresh: 'after a refresh',
} as const satisfies Record<MissedWindow, string>

function missedIn(presence: Presence): MissedWindow[] {
  const missed: MissedWindow[] = presence.main === null ? ['main'] : []
  if (presence.return === false) missed.push('return')
  if (presence.refresh === false) missed.push('refresh')
  return missed
}
