/**
 * The instrument's own error: a known delay is put into the channel and the measured one must show it; the witness is
 * held against changes whose true time the page knows, and beside it a hand-written Playwright script sees the same.
 */
import type {CellSpec} from '../history/history-event.ts'
import type {Cell, Experiment, SuiteName} from '../scenario/experiment.ts'
import type {Step} from '../scenario/step.ts'

const CHANNEL_DELAYS_MS = [0, 5, 50, 500]
const COMMIT_EVERY_MS = 50
const BEACON_EVERY_MS = 20
/** Longer than the gaps between the retries of a Playwright assertion that has just begun. */
const RIVAL_EVERY_MS = 600

const SIZES = {
  smoke: {delaysMs: [0, 50], commits: 20, beacons: 40, rivalBeacons: 0},
  quick: {delaysMs: CHANNEL_DELAYS_MS, commits: 30, beacons: 50, rivalBeacons: 6},
  full: {delaysMs: CHANNEL_DELAYS_MS, commits: 100, beacons: 250, rivalBeacons: 50},
} as const satisfies Record<SuiteName, object>

function cells(suite: SuiteName): Cell[] {
  const {delaysMs, commits, beacons, rivalBeacons} = SIZES[suite]
  const measured = delaysMs.map((channelDelayMs) => ({
    platform: 'chatgpt',
    policy: 'content',
    conditions: {state: 'visible', channelDelayMs, commits, beacons},
    repetition: 1,
  }))
  if (rivalBeacons === 0) return measured
  return [
    ...measured,
    {
      platform: 'chatgpt',
      policy: 'content',
      conditions: {state: 'visible', rival: 'playwright', rivalBeacons},
      repetition: 1,
    },
  ]
}

function steps({conditions}: CellSpec): Step[] {
  if (conditions['rival'] !== undefined) {
    return [
      {do: 'rival', tabs: ['R1', 'R2'], count: Number(conditions['rivalBeacons']), everyMs: RIVAL_EVERY_MS},
    ]
  }
  return [
    {do: 'open', tab: 'B', device: 'device-1', state: 'visible'},
    {do: 'beacons', tab: 'B', count: Number(conditions['beacons']), everyMs: BEACON_EVERY_MS},
    {do: 'commit', tabs: ['B'], count: Number(conditions['commits']), everyMs: COMMIT_EVERY_MS},
    {do: 'read', tabs: ['B'], label: 'final'},
  ]
}

export const calibration: Experiment = {
  name: 'calibration',
  question: 'How far can the instrument be trusted?',
  runs: 'alone',
  cells,
  steps,
  predict: () => null,
}
