/**
 * What came over the channels of one cell, as the browser itself had it, on its way into the history: tokens are taken out
 * here. A push is given by the browser and stamped by the worker that it woke; its line is written when both are known.
 * Rules TG1, TG20–TG23.
 */
import {KEEP_ALIVE_FRAME} from '#protocol/celsius-frame.ts'
import {readCapturedPush} from '#protocol/claude/captured-push.ts'
import {monotonicNowMs} from '../browser/clock.ts'
import type {CapturedFrame} from '../browser/frame-capture.ts'
import type {HistoryEvent} from '../history/history-event.ts'
import {redactTokens} from '../triggers/redact-tokens.ts'
import {deviceOf, type CellWorld} from './cell-world.ts'

export type CapturedLine = Extract<HistoryEvent, {kind: 'captured'}>

/** When the worker itself had it, on the one clock. */
type Stamp = {readonly at: number; readonly errorMs: number}
type Given = {readonly heardAt: number; readonly text: string}

/** Of a push whose worker never said when it had it: the runner heard of it some time later. */
const UNSTAMPED_ERROR_MS = 1_000

export class CellCapture {
  readonly #write: (line: CapturedLine) => void
  readonly #given = new Map<string, Given>()
  readonly #stamps = new Map<string, Stamp>()
  readonly #heardAt = new Map<string, number>()
  #isOn = false

  constructor(write: (line: CapturedLine) => void) {
    this.#write = write
  }

  begin(): void {
    this.#isOn = true
  }

  frame(tab: string, device: string, {text, ...frame}: CapturedFrame): void {
    if (frame.direction === 'to-browser' && frame.channel === 'celsius' && text !== KEEP_ALIVE_FRAME)
      this.#heardAt.set(tab, monotonicNowMs())
    this.#write({kind: 'captured', ...frame, tab, device, raw: redactTokens(text)})
  }

  /** The browser has given a worker this push. */
  given(device: string, text: string): void {
    const heardAt = monotonicNowMs()
    this.#heardAt.set(device, heardAt)
    const {pushId} = readCapturedPush(text)
    const key = JSON.stringify([device, pushId ?? heardAt])
    const stamp = this.#stamps.get(key)
    if (stamp === undefined) this.#given.set(key, {heardAt, text})
    else this.#push(device, text, stamp)
  }

  /** A worker says that it had this push. */
  stamped(device: string, pushId: string | null, stamp: Stamp): void {
    if (!this.#isOn || pushId === null) return
    const key = JSON.stringify([device, pushId])
    const given = this.#given.get(key)
    this.#given.delete(key)
    if (given === undefined) this.#stamps.set(key, stamp)
    else this.#push(device, given.text, stamp)
  }

  /** When the runner last heard that something came to one of these tabs or devices; 0 where nothing did. */
  lastHeardAt(...names: readonly string[]): number {
    return Math.max(0, ...names.map((name) => this.#heardAt.get(name) ?? 0))
  }

  /** Writes what no worker has stamped. */
  end(): void {
    for (const [key, {heardAt, text}] of this.#given) {
      const [device] = JSON.parse(key) as [string]
      this.#push(device, text, {at: heardAt, errorMs: UNSTAMPED_ERROR_MS})
    }
    this.#given.clear()
    this.#isOn = false
  }

  #push(device: string, text: string, {at, errorMs}: Stamp): void {
    this.#write({
      kind: 'captured',
      at,
      channel: 'fcm',
      direction: 'to-browser',
      tab: null,
      device,
      bytes: Buffer.byteLength(text),
      clockErrorMs: errorMs,
      raw: redactTokens(text),
    })
  }
}

/** To be begun before the pages are there: a socket that is open already is not seen. Resolves with how to end it. */
export async function captureCell(world: CellWorld): Promise<() => Promise<void>> {
  const {capture} = world.recorder
  const stops: (() => Promise<void>)[] = []
  const stop = async () => {
    await Promise.allSettled(stops.map((each) => each()))
    capture.end()
  }
  capture.begin()
  try {
    for (const [name, {tab}] of world.scene.placed) {
      if (tab.captureFrames === undefined) throw new TypeError('this browser does not show its sockets')
      const device = deviceOf(name, world)
      stops.push(await tab.captureFrames((frame) => capture.frame(name, device, frame)))
    }
    if (world.push !== null)
      stops.push(await world.push.observe((device, text) => capture.given(device, text)))
    return stop
  } catch (error) {
    await stop()
    throw error
  }
}
