/**
 * A cell of random faults as data: whom they strike, when, and what is written meanwhile. Drawn from a seed; whatever is in
 * here replays the cell. Pure. Rules VT5, FA14.
 */
import type {Platform} from '#protocol/platform.ts'
import type {PolicyName} from '#protocol/policy.ts'
import {seededRandom} from '../../servers/model/seeded.ts'
import {drawSchedule} from '../faults/draw-schedule.ts'
import {isServerFault, NETWORK_FAULT_NAMES, type FaultSchedule} from '../history/fault.ts'
import type {CellSpec} from '../history/history-event.ts'
import {drawDeeds, type Deed} from './deed.ts'
import {drawPushFaults} from './draw-push-faults.ts'

export type FaultCell = {
  readonly platform: Platform
  readonly policy: PolicyName
  /** Draws texts, back-offs and jitter while the cell is played. */
  readonly seed: string
  readonly tabs: readonly string[]
  readonly schedule: FaultSchedule
  readonly deeds: readonly Deed[]
  /** By how much the pages' own waits are shortened. */
  readonly haste: number
}

export type CellWishes = Pick<FaultCell, 'platform' | 'policy' | 'haste'> & {
  readonly seed: string
  readonly index: number
  readonly tabCount: number
  readonly lengthMs: number
  /** What the group's server does to all of its cells. */
  readonly serverFaults: FaultSchedule
}

const NAMES = 'ABCDEFGHIJKLMNOP'
export const tabNames = (count: number): readonly string[] => NAMES.slice(0, count).split('')

const [FEWEST_FAULTS, MOST_FAULTS] = [1, 4]
const [FEWEST_DEEDS, MOST_DEEDS] = [3, 8]

export function drawFaultCell({index, tabCount, lengthMs, serverFaults, ...wishes}: CellWishes): FaultCell {
  const seed = `${wishes.seed}/${index}`
  const random = seededRandom(`cell/${seed}`)
  const within = (least: number, most: number) => least + Math.floor(random() * (most - least + 1))
  const tabs = tabNames(tabCount)
  const faults = drawSchedule({
    seed,
    tabs,
    lengthMs,
    count: within(FEWEST_FAULTS, MOST_FAULTS),
    faults: NETWORK_FAULT_NAMES,
  })
  const pushes = wishes.platform === 'claude' ? drawPushFaults({seed, lengthMs}) : []
  const schedule = [...faults, ...pushes, ...serverFaults].toSorted((a, b) => a.atMs - b.atMs)
  const deeds = drawDeeds({seed, tabs, lengthMs, count: within(FEWEST_DEEDS, MOST_DEEDS)})
  return {...wishes, seed, tabs, schedule, deeds}
}

export const serverFaultsOf = ({schedule}: Pick<FaultCell, 'schedule'>): FaultSchedule =>
  schedule.filter(({fault}) => isServerFault(fault))

export const specOf = ({platform, policy, seed, tabs, haste}: FaultCell): CellSpec => ({
  experiment: 'random-faults',
  platform,
  policy,
  conditions: {tabs: tabs.length, haste},
  seed,
  repetition: 1,
})
