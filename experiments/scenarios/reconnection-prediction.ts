/**
 * What is predicted of reconnection, and why. Facts behind it: a TCP link that holds what it is given delivers it when it
 * heals (FA5), a socket that ended replays nothing by itself (wire.md §1.6), the observed page waits 1 to 5 s before it is
 * back (§1.7), a push is stored until the browser's link is there again (fcm.md §7).
 */
import type {CellSpec} from '../history/history-event.ts'
import type {Amount, Prediction, RecoveryPrediction} from '../scenario/experiment.ts'
import {natureOf, type FaultCondition} from '../scenario/fault-condition.ts'

type Loss = {readonly lost: Amount; readonly because: string}

export function predictReconnection(cell: CellSpec): Prediction {
  const {lost, because} = cell.platform === 'claude' ? overPush(cell) : overSocket(cell)
  const recovery: RecoveryPrediction = {
    lost,
    doubled: 'none',
    exact: lost === 'none' ? 'yes' : lost === 'some' ? 'no' : 'either',
    ...(cell.platform === 'chatgpt' && alarms(cell)),
    ...(cell.conditions['state'] === 'frozen' && finding(cell)),
  }
  return {main: 'either', return: null, refresh: null, recovery, because}
}

const NOTICE: Loss = {lost: 'some', because: 'nothing that the page is told makes it read anew'}
const POLLED: Loss = {lost: 'none', because: 'the next poll reads all there is'}

function overSocket({policy, conditions}: CellSpec): Loss {
  if (policy === 'observed') return NOTICE
  if (policy.startsWith('poll')) return POLLED
  if (policy !== 'content')
    return {
      lost: 'none',
      because: 'the page asks for what came after its offset, and reads anew where that is gone',
    }
  if (conditions['state'] === 'frozen')
    return {lost: 'some', because: 'the socket is lost in the freeze; nothing is replayed'}
  const fault = conditions['fault'] as FaultCondition
  return natureOf(fault) === 'breaks'
    ? {lost: 'some', because: 'what is announced while there is no socket is not replayed'}
    : {lost: 'none', because: 'the socket outlasts it: what was held arrives late'}
}

function overPush({policy, conditions}: CellSpec): Loss {
  const fault = conditions['fault'] as FaultCondition
  if (policy === 'observed') return NOTICE
  if (policy.startsWith('poll')) return POLLED
  const isSilent = fault === 'push dropped' || fault === 'push token expired'
  if (!isSilent)
    return {
      lost: 'none',
      because: 'pushes wait for the browser, and one that leaves a gap makes the page ask for it',
    }
  return policy === 'content+resume+probe'
    ? {lost: 'none', because: 'a visible page asks for its place every 15 s'}
    : {lost: 'some', because: 'no later push tells the page that it missed one'}
}

/** A watchdog of two keep-alives takes what is 2.8 s late for lost. */
function alarms({policy, conditions}: CellSpec): Pick<RecoveryPrediction, 'falseAlarms'> {
  if (policy !== 'content+resume+watchdog') return {falseAlarms: 'none'}
  if (conditions['fault'] === 'slow server') return {falseAlarms: 'some'}
  const isSlow = natureOf(conditions['fault'] as FaultCondition) === 'slows'
  return {falseAlarms: isSlow ? 'either' : 'none'}
}

/** A frozen tab's browser answers every ping for it (browser.md). */
const finding = ({policy}: CellSpec): Pick<RecoveryPrediction, 'foundByPosition' | 'foundByPing'> => ({
  foundByPosition: policy === 'content+resume+position' ? 'yes' : 'no',
  foundByPing: 'no',
})
