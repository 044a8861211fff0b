/**
 * How long a broken push channel took to come back: from the break to the device's next link, and to the moment when its
 * worker had heard the last of what had been stored until then. A link that stayed up gives neither.
 */
import type {History, RecordedEvent} from '../history/history-event.ts'
import {pushesOf} from './push-milestones.ts'
import type {SampleOf} from './sample.ts'

export const RECOVERIES = ['link back', 'all heard'] as const

const BREAKING: ReadonlySet<string> = new Set(['break-push', 'start-browser'])

export function pushRecoverySamples(history: History): readonly SampleOf[] {
  const {events} = history
  const broke = events.find(
    (event) => event.kind === 'step' && event.phase === 'began' && BREAKING.has(event.do),
  )
  const known = events.find((event) => event.kind === 'device')
  if (broke === undefined || known?.kind !== 'device') return []
  const {device, pushDeviceId} = known
  const back = events.find(
    (event) => event.at > broke.at && isLinkOf(event, 'push-link-opened', pushDeviceId),
  )
  if (back === undefined) return []

  const waiting = pushesOf(history).filter((push) => push.device === device && push.stored.at <= back.at)
  const heard = waiting.map(({heardByWorker}) => heardByWorker[0]?.at)
  const allHeardAt = heard.includes(undefined) ? null : Math.max(...heard.map(Number), back.at)
  const sample = (what: (typeof RECOVERIES)[number], at: number): SampleOf => ({
    measure: 'push-recovery',
    tab: '',
    valueMs: at - broke.at,
    censored: false,
    about: {what, device, waiting: waiting.length},
  })
  return [
    sample('link back', back.at),
    ...(allHeardAt === null || waiting.length === 0 ? [] : [sample('all heard', allHeardAt)]),
  ]
}

function isLinkOf(
  event: RecordedEvent,
  kind: 'push-link-opened' | 'push-link-closed',
  pushDeviceId: string,
): boolean {
  return event.kind === 'push' && event.event.kind === kind && event.event.deviceId === pushDeviceId
}
