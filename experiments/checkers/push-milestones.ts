/**
 * Every push of a cell with its milestones on the one clock: asked for, accepted, stored, sent and acknowledged by the
 * browser (the books of the servers), handed to the service worker, heard by which tab, shown by which tab (the
 * witnesses). One entry for each message and device. The ground on which K7–K10 and the legs of a push stand.
 */
import type {History, RecordedEvent} from '../history/history-event.ts'
import {committedMessages} from './message.ts'
import {Sightings, viewsOf} from './view.ts'

export type Stamp = {readonly at: number; readonly line: number}
export type TabStamp = Stamp & {readonly tab: string}
export type WorkerStamp = Stamp & {readonly clockErrorMs: number}

export type Push = {
  /** FCM's own id, which the sender, the back end and the browser all know. */
  readonly pushId: string
  /** Our name of the device; null where the history does not tell. */
  readonly device: string | null
  /** What the platform's server says it carried; null where that book has nothing of it. */
  readonly carries: 'completion' | 'hint' | 'content' | null
  readonly messageIds: readonly string[]
  readonly asked: Stamp | null
  readonly accepted: Stamp | null
  readonly stored: Stamp
  readonly sent: readonly Stamp[]
  readonly acked: Stamp | null
  readonly dropped: (Stamp & {readonly why: string}) | null
  readonly heardByWorker: readonly WorkerStamp[]
  readonly heardByTab: readonly TabStamp[]
  /** The first time a tab that heard it showed all that it is about. */
  readonly shownByTab: readonly TabStamp[]
}

type Booked = Extract<RecordedEvent, {kind: 'push'}>
type Under<K extends Booked['event']['kind']> = Booked & {
  readonly event: Extract<Booked['event'], {kind: K}>
}

export function pushesOf(history: History): readonly Push[] {
  const books = readBooks(history)
  const shown = new Sightings(viewsOf(history))
  const messages = committedMessages(history)

  return books.stored.map((stored): Push => {
    const {messageId: pushId, deliveryId, deviceId} = stored.event
    const device = books.devices.get(deviceId) ?? null
    const asked = books.asked.get(pushId)
    const messageIds = asked?.messageIds ?? []
    const inThisBrowser = (tab: string) => books.deviceOfTab.get(tab) === device
    const heardByTab = (books.heardByTab.get(pushId) ?? []).filter(({tab}) => inThisBrowser(tab))
    const tabs = [...new Set(heardByTab.map(({tab}) => tab))]
    return {
      pushId,
      device,
      carries: asked?.carries ?? null,
      messageIds,
      asked: asked ?? null,
      accepted: books.accepted.get(pushId) ?? null,
      stored,
      sent: books.sent.get(deliveryId) ?? [],
      acked: books.acked.get(deliveryId) ?? null,
      dropped: books.dropped.get(deliveryId) ?? null,
      heardByWorker: books.heardByWorker.get(JSON.stringify([device, pushId])) ?? [],
      heardByTab,
      shownByTab: tabs.flatMap((tab): TabStamp[] => {
        const whole = messageIds.map((id) => {
          const message = messages.get(id)
          return message === undefined ? null : shown.whole(tab, message)
        })
        const last = whole.reduce(
          (a, b) => (a === null || b === null ? null : a.at >= b.at ? a : b),
          whole[0] ?? null,
        )
        return last === null ? [] : [{tab, at: last.at, line: last.line}]
      }),
    }
  })
}

type Asked = Stamp & {readonly carries: NonNullable<Push['carries']>; readonly messageIds: readonly string[]}

function readBooks({events}: History) {
  const stored: Under<'push-stored'>[] = []
  const accepted = new Map<string, Stamp>()
  const asked = new Map<string, Asked>()
  const sent = new Map<string, Stamp[]>()
  const acked = new Map<string, Stamp>()
  const dropped = new Map<string, Stamp & {why: string}>()
  const heardByWorker = new Map<string, WorkerStamp[]>()
  const heardByTab = new Map<string, TabStamp[]>()
  const devices = new Map<string, string>()
  const deviceOfTab = new Map<string, string>()

  for (const line of events) {
    const stamp = {at: line.at, line: line.line}
    if (line.kind === 'device') devices.set(line.pushDeviceId, line.device)
    if (line.kind === 'tab-opened') deviceOfTab.set(line.tab, line.device)
    if (line.kind === 'ledger' && line.event.kind === 'pushed') {
      const {pushId, carries, messageIds} = line.event
      asked.set(pushId, {...stamp, carries, messageIds})
    }
    if (line.kind === 'worker' && line.event.kind === 'push-received' && line.event.pushId !== null) {
      const {clockErrorMs} = line
      add(heardByWorker, JSON.stringify([line.device, line.event.pushId]), {...stamp, clockErrorMs})
    }
    if (line.kind === 'witness' && line.event.kind === 'received' && line.event.pushId !== undefined)
      add(heardByTab, line.event.pushId, {...stamp, tab: line.tab})
    if (line.kind !== 'push') continue
    const {event} = line
    if (event.kind === 'push-stored') stored.push({...line, event})
    if (event.kind === 'push-accepted') accepted.set(event.messageId, stamp)
    if (event.kind === 'push-sent') add(sent, event.deliveryId, stamp)
    if (event.kind === 'push-acked' && !acked.has(event.deliveryId)) acked.set(event.deliveryId, stamp)
    if (event.kind === 'push-dropped') dropped.set(event.deliveryId, {...stamp, why: event.why})
  }
  return {stored, accepted, asked, sent, acked, dropped, heardByWorker, heardByTab, devices, deviceOfTab}
}

function add<V>(map: Map<string, V[]>, key: string, value: V): void {
  const known = map.get(key)
  if (known === undefined) map.set(key, [value])
  else known.push(value)
}
