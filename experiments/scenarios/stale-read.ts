/**
 * The hazards of a stale tab: a person's act meets a conversation that is no longer what their tab shows. Each is played
 * where it shows and under what cures it; those of sending under every conflict rule with every remedy. Rules HZ1–HZ5.
 */
import {PLATFORMS, type Platform} from '#protocol/platform.ts'
import {HAZARDS, type Hazard, type Setting} from '../hazards/hazard.ts'
import {conditionsOf} from '../hazards/setting.ts'
import type {CellSpec} from '../history/history-event.ts'
import type {Cell, Experiment, SuiteName} from '../scenario/experiment.ts'
import {HAZARD_PLAYS, scheduleOf, stepsOf, type AnswerLength} from './stale-read-plays.ts'
import {predictStaleRead} from './stale-read-prediction.ts'
import {COMBINATIONS, combined, cureOf, diseaseOf, SEND_HAZARDS} from './stale-read-settings.ts'

const REPETITIONS = {hazards: 20, matrix: 1} as const

/** The model begins within 50 ms. A long answer lasts 2 s, an endless one 8 s unless it is stopped. */
const MODELS = {
  short: {modelSpeed: 40, tokens: 8, tokensPerSecond: 2},
  long: {modelSpeed: 40, tokens: 60, tokensPerSecond: 0.75},
  endless: {modelSpeed: 40, tokens: 240, tokensPerSecond: 0.75},
} as const satisfies Record<AnswerLength, object>

/** `disease`: as observed, or with the habit that the hazard needs. `matrix`: a rule with a remedy. */
export type HazardRole = 'disease' | 'cure' | 'matrix'

const cellOf = (
  hazard: Hazard,
  as: HazardRole,
  platform: Platform,
  setting: Setting,
): Omit<Cell, 'repetition'> => ({
  platform,
  policy: setting.policy,
  conditions: {hazard, as, ...conditionsOf(setting), ...MODELS[HAZARD_PLAYS[hazard].answers]},
})

const repeated = (once: readonly Omit<Cell, 'repetition'>[], times: number): Cell[] =>
  once.flatMap((cell) => Array.from({length: times}, (_, index) => ({...cell, repetition: index + 1})))

const bothOf = (hazard: Hazard) =>
  PLATFORMS.flatMap((platform) => [
    cellOf(hazard, 'disease', platform, diseaseOf(hazard, platform)),
    cellOf(hazard, 'cure', platform, cureOf(hazard, platform)),
  ])

const matrix = () =>
  SEND_HAZARDS.flatMap((hazard) =>
    PLATFORMS.flatMap((platform) =>
      COMBINATIONS.map((combination) => cellOf(hazard, 'matrix', platform, combined(hazard, combination))),
    ),
  )

function cells(suite: SuiteName): Cell[] {
  switch (suite) {
    case 'smoke':
      return []
    case 'quick':
      return repeated(bothOf('silent fork'), 1)
    case 'full':
      return [
        ...repeated(HAZARDS.flatMap(bothOf), REPETITIONS.hazards),
        ...repeated(matrix(), REPETITIONS.matrix),
      ]
  }
}

export function hazardOf({conditions}: Pick<CellSpec, 'conditions'>): Hazard {
  const hazard = HAZARDS.find((name) => name === conditions['hazard'])
  if (hazard === undefined) throw new TypeError(`the cell names an unknown hazard: ${conditions['hazard']}`)
  return hazard
}

export const staleRead: Experiment = {
  name: 'stale-read',
  question: 'A tab acts on what another has changed. What goes wrong, and what cures it at which cost?',
  runs: 'beside-others',
  cells,
  steps: (cell) => stepsOf(HAZARD_PLAYS[hazardOf(cell)], cell.platform as Platform),
  schedule: (cell) => scheduleOf(HAZARD_PLAYS[hazardOf(cell)], cell.platform as Platform),
  predict: predictStaleRead,
}
