/**
 * How long each leg of a push took, and what the clocks of the service workers are worth. A leg is a sample only where
 * both its ends are known to the same error as everything else. From `sent` two legs fork: the browser acknowledges to the
 * server and wakes its worker side by side, and neither waits for the other.
 */
import type {History} from '../history/history-event.ts'
import {LIMITS} from './defaults.ts'
import {pushesOf} from './push-milestones.ts'
import type {Push} from './push-milestones.ts'
import type {SampleOf} from './sample.ts'

export const PUSH_LEGS = [
  'asked → accepted',
  'accepted → sent',
  'sent → acked',
  'sent → worker',
  'worker → heard',
  'heard → shown',
] as const
export type PushLeg = (typeof PUSH_LEGS)[number]

export const pushLegSamples = (history: History): readonly SampleOf[] => pushesOf(history).flatMap(legsOf)

function legsOf({pushId, asked, accepted, acked, carries, ...push}: Push): SampleOf[] {
  const worker = push.heardByWorker.find(({clockErrorMs}) => clockErrorMs <= LIMITS.clockErrorMs)
  const [sent] = push.sent
  const leg = (
    name: PushLeg,
    from: {at: number} | null | undefined,
    to: {at: number} | null | undefined,
    tab = '',
  ): SampleOf[] =>
    from && to
      ? [
          {
            measure: 'push-leg',
            tab,
            valueMs: to.at - from.at,
            censored: false,
            about: {leg: name, push: pushId, carries: carries ?? 'unknown', device: push.device ?? 'unknown'},
          },
        ]
      : []
  return [
    ...leg('asked → accepted', asked, accepted),
    ...leg('accepted → sent', accepted, sent),
    ...leg('sent → acked', sent, acked),
    ...leg('sent → worker', sent, worker),
    ...push.heardByTab.flatMap((heard) => leg('worker → heard', worker, heard, heard.tab)),
    ...push.shownByTab.flatMap((shown) => {
      const heard = push.heardByTab.find(({tab}) => tab === shown.tab)
      // What the tab showed already (it sent it, or another push brought it) it does not show because of this one.
      return carries === 'completion' || heard === undefined || shown.at < heard.at
        ? []
        : leg('heard → shown', heard, shown, shown.tab)
    }),
  ]
}

export const workerClockSamples = ({events}: History): readonly SampleOf[] =>
  events.flatMap((event): SampleOf[] =>
    event.kind === 'worker' && event.event.kind === 'push-received'
      ? [
          {
            measure: 'worker-clock-error',
            tab: '',
            valueMs: event.clockErrorMs,
            censored: false,
            about: {device: event.device},
          },
        ]
      : [],
  )
