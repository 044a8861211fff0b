/**
 * One cell's part of the push back end and of its browsers: its origin is prepared, its lines are recorded, its service
 * workers are heard, and at the end the origin is forgotten.
 */
import {setTimeout as pause} from 'node:timers/promises'
import type {PushEvent} from '#protocol/push-event.ts'
import {rawDelivery, type DeliveryModel} from '../../servers/fcm/delivery-model.ts'
import {monotonicNowMs} from '../browser/clock.ts'
import type {PushSide} from '../browser/push-side.ts'
import {deliveryModel, type Delivery} from '../scenario/delivery.ts'
import type {PushBreak} from '../scenario/step.ts'
import type {CellRecorder} from './cell-recorder.ts'
import type {FcmProcess} from './fcm-process.ts'
import type {PushRouter} from './push-router.ts'

export type PushDevice = {
  readonly name: string
  /** Asked anew each time: a device that was restarted has another, and none while its browser does not run. */
  readonly side: () => PushSide | null
  readonly pushDeviceId: string
}

export type CellPushParts = {
  readonly fcm: FcmProcess
  readonly events: PushRouter
  readonly origin: string
  readonly devices: readonly PushDevice[]
  readonly delivery: Delivery
  /** Seeds the delivery model. */
  readonly seed: string
  readonly recorder: CellRecorder
}

/** The longest that what was stored is waited for at the end of a cell: a modelled delay and the way to the worker. */
const SETTLE_MS = 3_000
const LOOK_EVERY_MS = 20
/** Chromium's longest first back-off, and the age that a link is to reach. */
const LINK_TIMEOUT_MS = 60_000

export class CellPush {
  readonly #parts: CellPushParts
  /** Stored for a device and neither acknowledged nor dropped, by delivery. */
  readonly #underWay = new Set<string>()
  /** Acknowledged by a browser, and heard by its worker: by device and the sender's id. */
  readonly #acked = new Set<string>()
  readonly #heard = new Set<string>()
  readonly #deliveries = new Map<string, string>()
  #stop = () => {}

  constructor(parts: CellPushParts) {
    this.#parts = parts
  }

  async prepare(): Promise<void> {
    const {fcm, events, origin, devices, delivery, seed, recorder} = this.#parts
    for (const {name, pushDeviceId} of devices) recorder.device(name, pushDeviceId)
    this.#stop = events.on(origin, (event) => {
      this.#learn(event)
      recorder.push(event)
    })
    await Promise.all([
      ...devices.map(async ({side}) => side()?.allow(origin)),
      ...(delivery === 'raw' ? [] : [fcm.control.setDelivery(origin, deliveryModel(delivery, seed))]),
    ])
  }

  /** The browsers' own lists of the origin's windows and workers. */
  async census(): Promise<void> {
    const {devices, origin, recorder} = this.#parts
    await Promise.all(
      devices.map(async ({name, side}) => {
        const list = await side()?.census(origin)
        if (list !== undefined) recorder.census(name, list)
      }),
    )
  }

  /** Hears what the service workers have said until now. */
  async hear(): Promise<void> {
    const {devices, origin, recorder} = this.#parts
    await Promise.all(
      devices.map(async ({name, side, pushDeviceId}) => {
        for (const {clock, events} of (await side()?.takeTestimony(origin)) ?? []) {
          for (const event of events) {
            recorder.worker(name, clock, event)
            if (event.kind === 'push-received' && event.pushId !== null)
              this.#heard.add(keyOf(pushDeviceId, event.pushId))
          }
        }
      }),
    )
  }

  /** Hands on the text of what the browsers give to the origin's workers from now on. Resolves with how to stop. */
  async observe(tell: (deviceName: string, text: string) => void): Promise<() => Promise<void>> {
    const {devices, origin} = this.#parts
    const stops = await Promise.all(
      devices.map(async ({name, side}) => {
        const observe = side()?.observe
        if (observe === undefined) throw new TypeError('this browser does not tell of pushes')
        return observe(origin, (text) => tell(name, text))
      }),
    )
    return async () => void (await Promise.allSettled(stops.map((stop) => stop())))
  }

  /** Waits until everything stored has been acknowledged or dropped, and everything acknowledged has been heard. */
  async settle(upToMs = SETTLE_MS): Promise<boolean> {
    const until = monotonicNowMs() + upToMs
    for (;;) {
      if (this.#underWay.size === 0) {
        if (this.#isHeard()) return true
        await this.hear()
        if (this.#isHeard()) return true
      }
      if (monotonicNowMs() > until) return false
      await pause(LOOK_EVERY_MS)
    }
  }

  async stopWorker(deviceName: string): Promise<void> {
    // What it has said so far is told on the clock of its own life.
    await this.hear()
    await this.#device(deviceName).side()?.stopWorker(this.#parts.origin)
  }

  /** Waits until the device's link is so old. */
  async ageLink(deviceName: string, toMs: number, signal: AbortSignal): Promise<void> {
    const {events} = this.#parts
    const {pushDeviceId} = this.#device(deviceName)
    const until = monotonicNowMs() + LINK_TIMEOUT_MS
    for (;;) {
      const linkedAt = events.linkedAt(pushDeviceId)
      const leftMs = linkedAt === null ? LOOK_EVERY_MS : linkedAt + toMs - monotonicNowMs()
      if (leftMs <= 0) return
      if (monotonicNowMs() > until) throw new Error(`${deviceName} has no lasting push link`)
      await pause(leftMs, undefined, {signal})
    }
  }

  /** What is sent from now on stays in the queue for a while. */
  async withhold(forMs: number): Promise<void> {
    const {fcm, origin} = this.#parts
    await fcm.control.setDelivery(origin, {...rawDelivery, name: 'withheld', delayMs: forMs})
  }

  /** Waits until everything that was asked for has been accepted and then breaks the channel. Resolves when that is done. */
  async break(how: PushBreak, deviceName: string): Promise<void> {
    const {fcm, events} = this.#parts
    if (how === 'cut-link') return fcm.control.cutLinks(this.#device(deviceName).pushDeviceId)
    if (how === 'restart-api') return fcm.control.restartApi()
    await fcm.kill()
    events.lostAllLinks()
    await fcm.startAgain()
  }

  /** From now on pushes are delivered by what `change` makes of the cell's own model. */
  async deliverUnder(change: (base: DeliveryModel) => DeliveryModel): Promise<void> {
    const {fcm, origin, delivery, seed} = this.#parts
    await fcm.control.setDelivery(origin, change({...deliveryModel(delivery, seed), seed}))
  }

  /** Of every device of the cell. */
  async cutLinks(): Promise<void> {
    const {fcm, devices} = this.#parts
    await Promise.all(devices.map(async ({pushDeviceId}) => fcm.control.cutLinks(pushDeviceId)))
  }

  /** The push registrations of the cell's pages are gone; how many there were. */
  async expireRegistrations(): Promise<number> {
    const {fcm, origin} = this.#parts
    return fcm.control.expireOrigin(origin)
  }

  /** A browser that was started again has forgotten what a person allowed only for this run. */
  async allowAgain(deviceName: string): Promise<void> {
    await this.#device(deviceName).side()?.allow(this.#parts.origin)
  }

  async leave(): Promise<void> {
    const {fcm, origin, devices} = this.#parts
    this.#stop()
    await Promise.allSettled([
      ...devices.map(async ({side}) => side()?.forget(origin)),
      fcm.control.setDelivery(origin, rawDelivery),
    ])
  }

  #device(deviceName: string): PushDevice {
    const found = this.#parts.devices.find(({name}) => name === deviceName)
    if (found === undefined) throw new TypeError(`no step opens a tab on ${deviceName}`)
    return found
  }

  #learn(event: PushEvent): void {
    switch (event.kind) {
      case 'push-stored':
        this.#underWay.add(event.deliveryId)
        this.#deliveries.set(event.deliveryId, keyOf(event.deviceId, event.messageId))
        return
      case 'push-acked': {
        this.#underWay.delete(event.deliveryId)
        const key = this.#deliveries.get(event.deliveryId)
        if (key !== undefined) this.#acked.add(key)
        return
      }
      case 'push-dropped':
        this.#underWay.delete(event.deliveryId)
        return
      default:
    }
  }

  #isHeard(): boolean {
    return this.#acked.isSubsetOf(this.#heard)
  }
}

const keyOf = (pushDeviceId: string, messageId: string) => `${pushDeviceId} ${messageId}`
