/**
 * One cell's part of the push back end and of its browsers: its origin is prepared, its lines are recorded, its service
 * workers are heard, and at the end the origin is forgotten.
 */
import {setTimeout as pause} from 'node:timers/promises'
import type {PushEvent} from '#protocol/push-event.ts'
import {rawDelivery} from '../../servers/fcm/delivery-model.ts'
import {monotonicNowMs} from '../browser/clock.ts'
import type {PushSide} from '../browser/push-side.ts'
import {deliveryModel, type Delivery} from '../scenario/delivery.ts'
import type {CellRecorder} from './cell-recorder.ts'
import type {FcmProcess} from './fcm-process.ts'
import type {PushRouter} from './push-router.ts'

export type PushDevice = {
  readonly name: string
  /** Asked anew each time: a device that was restarted has another. */
  readonly side: () => PushSide
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
      ...devices.map(async ({side}) => side().allow(origin)),
      ...(delivery === 'raw' ? [] : [fcm.control.setDelivery(origin, deliveryModel(delivery, seed))]),
    ])
  }

  /** The browsers' own lists of the origin's windows and workers. */
  async census(): Promise<void> {
    const {devices, origin, recorder} = this.#parts
    await Promise.all(devices.map(async ({name, side}) => recorder.census(name, await side().census(origin))))
  }

  /** Hears what the service workers have said until now. */
  async hear(): Promise<void> {
    const {devices, origin, recorder} = this.#parts
    await Promise.all(
      devices.map(async ({name, side, pushDeviceId}) => {
        for (const {clock, events} of await side().takeTestimony(origin)) {
          for (const event of events) {
            recorder.worker(name, clock, event)
            if (event.kind === 'push-received' && event.pushId !== null)
              this.#heard.add(keyOf(pushDeviceId, event.pushId))
          }
        }
      }),
    )
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
    const {devices, origin} = this.#parts
    // What it has said so far is told on the clock of its own life.
    await this.hear()
    await devices
      .find(({name}) => name === deviceName)
      ?.side()
      .stopWorker(origin)
  }

  async leave(): Promise<void> {
    const {fcm, origin, devices, delivery} = this.#parts
    this.#stop()
    await Promise.allSettled([
      ...devices.map(async ({side}) => side().forget(origin)),
      ...(delivery === 'raw' ? [] : [fcm.control.setDelivery(origin, rawDelivery)]),
    ])
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
