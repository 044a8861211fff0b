/**
 * Rules K8–K10, of pushes on their way to a service worker: what the back end stored for a device and did not drop is
 * heard by its worker (K8), once (K9), and in the order in which it was stored (K10).
 */
import type {History} from '../history/history-event.ts'
import {verdictOf} from './checker.ts'
import type {Checker} from './checker.ts'
import {pushesOf} from './push-milestones.ts'
import type {Push} from './push-milestones.ts'
import type {Violation} from './verdict.ts'

export const pushLost: Checker = (history) => {
  const pushes = pushesOf(history)
  const because = pushes
    .filter(({dropped, heardByWorker}) => dropped === null && heardByWorker.length === 0)
    .map(({pushId, acked, stored, device}): Violation => {
      const lines = [stored.line, ...(acked === null ? [] : [acked.line])]
      const note =
        acked === null ? 'was never acknowledged' : 'was acknowledged, but its worker never heard it'
      return {rule: 'K8', tab: '', lines, note: `${pushId} for ${device ?? 'an unknown device'} ${note}`}
    })
  return verdictOf(because, {...countsOf(pushes), notified: notifiedIn(history)})
}

export const pushDoubled: Checker = (history) => {
  const pushes = pushesOf(history)
  const because = pushes
    .filter(({heardByWorker}) => heardByWorker.length > 1)
    .map(({pushId, device, heardByWorker}): Violation => {
      const lines = heardByWorker.map(({line}) => line)
      return {
        rule: 'K9',
        tab: '',
        lines,
        note: `${pushId} was heard ${heardByWorker.length} times on ${device}`,
      }
    })
  return verdictOf(because, {pushes: pushes.length})
}

export const pushReordered: Checker = (history: History) => {
  const because: Violation[] = []
  const byDevice = Map.groupBy(pushesOf(history), ({device}) => device)
  for (const pushes of byDevice.values()) {
    let latest: Push | null = null
    for (const push of pushes.toSorted((a, b) => a.stored.at - b.stored.at)) {
      const [heard] = push.heardByWorker
      if (heard === undefined) continue
      const [before] = latest?.heardByWorker ?? []
      if (latest !== null && before !== undefined && before.at > heard.at) {
        because.push({
          rule: 'K10',
          tab: '',
          lines: [latest.stored.line, push.stored.line, heard.line, before.line],
          note: `${push.pushId} was stored after ${latest.pushId} and heard before it`,
        })
      } else latest = push
    }
  }
  return verdictOf(because)
}

/** Notifications that a worker showed for a push; one that a page asked for has none. */
const notifiedIn = ({events}: History): number =>
  events.filter(
    (event) =>
      event.kind === 'worker' && event.event.kind === 'notification-shown' && event.event.pushId !== null,
  ).length

function countsOf(pushes: readonly Push[]): Readonly<Record<string, number>> {
  return {
    stored: pushes.length,
    acked: pushes.filter(({acked}) => acked !== null).length,
    heard: pushes.filter(({heardByWorker}) => heardByWorker.length > 0).length,
    dropped: pushes.filter(({dropped}) => dropped !== null).length,
  }
}
