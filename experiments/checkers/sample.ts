/** One measured number, and what it is about. A censored one says "at least this long": the window ended first. */
import type {CellSpec} from '../history/history-event.ts'

export const MEASURES = [
  'staleness',
  'token-latency',
  'time-to-detect',
  'time-to-reconnect',
  'time-to-fresh',
  'paint',
  'witness-error',
  'rival-error',
  'injected-delay',
  'clock-error',
  'worker-clock-error',
  'push-leg',
  'push-recovery',
  'trigger-delay',
] as const
export type Measure = (typeof MEASURES)[number]

export type Sample = {
  readonly cellId: string
  readonly measure: Measure
  readonly tab: string
  readonly valueMs: number
  readonly censored: boolean
  readonly about: Readonly<Record<string, string | number>>
}

export type SampleOf = Omit<Sample, 'cellId'>

/** The condition by which a calibration cell says how long its channel holds every frame back. */
export const CHANNEL_DELAY: keyof CellSpec['conditions'] = 'channelDelayMs'
