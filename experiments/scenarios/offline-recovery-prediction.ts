/**
 * What is predicted of offline-recovery, and why. Facts behind it: both pages have a way back to an answer of their own
 * (wire.md §2.6–2.7, §3.4), whatever the channel carries; drafts are kept in the tab's session storage (invented).
 */
import type {CellSpec} from '../history/history-event.ts'
import type {Prediction, RecoveryPrediction} from '../scenario/experiment.ts'
import type {OfflineCase} from './offline-recovery.ts'

const WHOLE: RecoveryPrediction = {lost: 'none', doubled: 'none', exact: 'yes'}

const OWN_WAY_BACK = {
  chatgpt: 'the page rejoins its answer by token and count, and polls where that is refused',
  claude: 'the page waits for completion_status and reads',
} as const

export function predictOfflineRecovery({platform, conditions}: CellSpec): Prediction {
  const {because, ...recovery} = expectation(
    conditions['case'] as OfflineCase,
    platform === 'claude' ? 'claude' : 'chatgpt',
  )
  return {main: 'either', return: null, refresh: null, recovery, because}
}

function expectation(
  what: OfflineCase,
  platform: keyof typeof OWN_WAY_BACK,
): RecoveryPrediction & {readonly because: string} {
  switch (what) {
    case 'sent while offline':
    case 'sent while nothing answers':
      return {
        ...WHOLE,
        because: 'what did not reach the server stands there as not sent, and is nowhere else',
      }
    case 'sent into a blackhole':
      return {...WHOLE, because: 'the link holds the message and delivers it when it heals'}
    case 'cut before the first token':
    case 'cut in mid-answer':
    case 'cut after the last token':
      return {...WHOLE, because: OWN_WAY_BACK[platform]}
    case 'tab closed in mid-answer':
    case 'browser killed in mid-answer':
      return {...WHOLE, because: `a turn runs to its end whoever listens; ${OWN_WAY_BACK[platform]}`}
    case 'server killed in mid-answer':
      return {
        ...WHOLE,
        because: 'the turn is settled as broken when the server starts, and the page reads it',
      }
    case 'draft, tab reloaded':
    case 'draft, tab crashed':
      return {...WHOLE, draft: 'kept', because: "a tab's session storage outlives its page"}
    case 'draft, tab closed':
    case 'draft, browser killed':
      return {...WHOLE, draft: 'lost', because: "a tab's session storage ends with the tab"}
  }
}
