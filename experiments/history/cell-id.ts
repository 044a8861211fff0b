/** The id of a cell is the hash of what it is, so that a resumed, sharded or repeated run names it alike. Rule HI2. */
import {createHash} from 'node:crypto'
import type {CellSpec} from './history-event.ts'

const ID_LENGTH = 12

export const cellId = (cell: CellSpec): string =>
  createHash('sha256').update(canonicalJson(cell)).digest('hex').slice(0, ID_LENGTH)

/** Seeds a cell's texts. Other steps and faults (the condition `script`) leave them as they were. Rules HI2, RP2. */
export function textSeedOf(cell: CellSpec): string {
  const {script: _, ...conditions} = cell.conditions
  return `${cell.seed}/${cellId({...cell, conditions})}`
}

/** JSON whose object keys are sorted, so that the order in which a cell was written down does not matter. */
export function canonicalJson(value: unknown): string {
  return JSON.stringify(value, (_key, inner: unknown) => (isRecord(inner) ? sortedByKey(inner) : inner))
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

const sortedByKey = (record: Record<string, unknown>) =>
  Object.fromEntries(
    Object.keys(record)
      .toSorted()
      .map((key) => [key, record[key]]),
  )
