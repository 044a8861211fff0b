/**
 * How the rows are laid out for reading: by experiment, then by conditions, so that policies and platforms stand under each
 * other. What a delivery model has touched has sections of its own: nothing modelled shares a table or a figure with what
 * was measured.
 */
import type {CellJudgement} from '../checkers/judge.ts'
import {isModelled} from '../scenario/delivery.ts'
import {engineOf} from '../scenario/engine.ts'
import {CALIBRATION} from './calibration.ts'
import {sayConditions, splitConditions} from './conditions.ts'
import {inPlatformOrder} from './reading-order.ts'
import type {Row, Summary} from './summary.ts'

export type Section = {
  readonly experiment: string
  /** For links. */
  readonly id: string
  readonly title: string
  readonly isModelled: boolean
  readonly platforms: readonly string[]
  /** The conditions that all rows share, in words. */
  readonly shared: string
  readonly blocks: readonly Block[]
}

export type Block = {
  /** The conditions of these rows, in words; empty when nothing varies. */
  readonly title: string
  readonly rows: readonly Row[]
}

/** What has tables of its own. */
const HAVE_THEIR_OWN: readonly string[] = [CALIBRATION, 'triggers', 'stale-read']

export function sectionsOf({rows}: Pick<Summary, 'rows'>): readonly Section[] {
  const groups = Map.groupBy(
    rows.filter(({experiment}) => !HAVE_THEIR_OWN.includes(experiment)),
    sectionId,
  )
  return [...groups].map(([id, own]): Section => {
    const [first] = own
    const experiment = first?.experiment ?? id
    const modelled = own.some(({conditions}) => isModelled(conditions))
    const {varying, shared} = splitConditions(own.map(({conditions}) => conditions))
    // In a raw section some rows have push and some have not; that is what platforms are for.
    const telling = (names: readonly string[]) =>
      names.filter((name) => name !== 'browser' && (modelled || name !== 'delivery'))
    const blocks = Map.groupBy(own, ({conditions}) => sayConditions(conditions, telling(varying)))
    const all = Object.assign({}, ...own.map(({conditions}) => conditions)) as Row['conditions']
    const said = [sayConditions(all, telling(shared)), modelled ? '' : sayRaw(own)]
    return {
      experiment,
      id,
      title: [experiment, ...titleOf(first)].join(', '),
      isModelled: modelled,
      platforms: inPlatformOrder(own.map(({platform}) => platform)),
      shared: said.filter(Boolean).join(', '),
      blocks: [...blocks].map(([title, blockRows]) => ({title, rows: blockRows})),
    }
  })
}

/** What is modelled, and what another engine did, never shares a table or a figure with what was measured in Chromium. */
const sectionId = ({experiment, conditions}: Row): string =>
  [
    experiment,
    ...(engineOf({conditions}) === 'firefox' ? ['firefox'] : []),
    ...(isModelled(conditions) ? ['modelled'] : []),
  ].join('-')

const titleOf = (row: Row | undefined): readonly string[] =>
  row === undefined
    ? []
    : [
        ...(engineOf(row) === 'firefox' ? ['Firefox'] : []),
        ...(isModelled(row.conditions) ? ['MODELLED push delivery'] : []),
      ]

const sayRaw = (rows: readonly Row[]) =>
  rows.some(({conditions}) => conditions['delivery'] === 'raw') ? 'pushes raw' : ''

/** For figures, in which a policy has one colour: a block for each platform. */
export function blocksByPlatform({blocks, platforms}: Section): readonly Block[] {
  if (platforms.length < 2) return blocks
  return blocks.flatMap(({title, rows}) =>
    platforms.flatMap((platform): Block[] => {
      const own = rows.filter((row) => row.platform === platform)
      return own.length === 0 ? [] : [{title: [platform, title].filter(Boolean).join(', '), rows: own}]
    }),
  )
}

/** Whether the row counts the cell. */
export const isOf = (row: Row, {cell}: CellJudgement): boolean =>
  cell.experiment === row.experiment &&
  cell.platform === row.platform &&
  cell.policy === row.policy &&
  Object.entries(row.conditions).every(([name, value]) => cell.conditions[name] === value) &&
  Object.keys(cell.conditions).length === Object.keys(row.conditions).length
