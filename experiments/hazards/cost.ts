/** What a cell of `stale-read` cost, from the server's book and the runner's steps. Rule HZ16. */
import type {History} from '../history/history-event.ts'
import {attemptsIn, ELSEWHERE, ledgerLines, witnessLines, type WitnessLine} from './attempts.ts'
import type {HazardCost} from './hazard.ts'

/** The tab that every play calls so is the stale one; where there is none, the first that acts. */
const STALE_TAB = 'B'

export function costOf(history: History): HazardCost {
  const acting = history.events.filter((event) => event.kind === 'step' && event.do !== 'open')
  const from = acting[0]?.at ?? history.footer.at
  const until = acting.at(-1)?.at ?? history.footer.at
  const asked = ledgerLines(history, 'asked').filter(({at}) => at >= from && at <= until)
  return {
    requests: asked.length,
    answerBytes: asked.reduce((sum, {event}) => sum + event.bytes, 0),
    sendMs: sendMsOf(history),
  }
}

/**
 * From the moment the person's hand begins to the first commit of what they sent or edited. Where they were told and sent
 * it all the same: until they were told, and from their decision on; how long they thought about it is theirs.
 */
function sendMsOf(history: History): number | null {
  const sends = attemptsIn(history).filter(({what}) => what !== 'regenerate')
  const stale = sends.findLast(({tab}) => tab === STALE_TAB) ?? sends[0]
  if (stale === undefined) return null
  const committed = commitOf(history, stale.act)
  if (committed !== null) return committed.at - stale.at
  const told = witnessLines(history, 'notice').find(
    ({tab, at, event}) => tab === stale.tab && at > stale.at && ELSEWHERE.test(event.text ?? ''),
  )
  const decided = history.events.find(
    (event) =>
      event.kind === 'step' && event.do === 'decide' && event.tab === stale.tab && event.at > stale.at,
  )
  if (told === undefined || decided === undefined || told.at > decided.at) return null
  const again = witnessLines(history, 'acted').find(({tab, at}) => tab === stale.tab && at > decided.at)
  const atLast = commitOf(history, again ?? null)
  return atLast === null ? null : told.at - stale.at + (atLast.at - decided.at)
}

function commitOf(history: History, act: WitnessLine<'acted'> | null) {
  const messageId = act?.event.messageId ?? null
  if (messageId === null) return null
  return ledgerLines(history, 'committed').find(({event}) => event.messageId === messageId) ?? null
}
