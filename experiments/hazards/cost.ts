/** What a cell of `stale-read` cost, from the server's book and the runner's steps. Rule HZ16. */
import type {History} from '../history/history-event.ts'
import {attemptsIn, ledgerLines} from './attempts.ts'
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

/** From the moment the person's hand begins to the first commit of what they sent or edited. */
function sendMsOf(history: History): number | null {
  const sends = attemptsIn(history).filter(({what}) => what !== 'regenerate')
  const stale = sends.findLast(({tab}) => tab === STALE_TAB) ?? sends[0]
  const messageId = stale?.act?.event.messageId ?? null
  if (stale === undefined || messageId === null) return null
  const committed = ledgerLines(history, 'committed').find(({event}) => event.messageId === messageId)
  return committed === undefined ? null : committed.at - stale.at
}
