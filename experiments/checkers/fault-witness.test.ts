import {expect, test} from 'vitest'
import type {Fault} from '../history/fault.ts'
import type {FaultEvent} from '../history/fault-event.ts'
import {faultWitnesses} from './fault-witness.ts'

let clock = 0
const target = {owner: 'A', on: 'everything'} as const
const began = (faultId: number, name: 'rst' | 'blackhole' = 'blackhole'): FaultEvent => {
  return {kind: 'fault-began', at: clock++, faultId, fault: {name} satisfies Fault, target}
}
const bit = (faultId: number, connection: number): FaultEvent => {
  return {
    kind: 'fault-bit',
    at: clock++,
    faultId,
    connection,
    owner: 'A',
    direction: 'to-server',
    bytes: 5,
  }
}
const cut = (faultId: number, end: 'client' | 'server'): FaultEvent => {
  return {kind: 'connection-cut', at: clock++, faultId, connection: 1, owner: 'A', end, by: 'rst'}
}
const told = (faultId: number, connection: number, given: number, dropped: number): FaultEvent => {
  const bytes = {takenBytes: given + dropped, givenBytes: given, droppedBytes: dropped}
  return {
    kind: 'fault-told',
    at: clock++,
    faultId,
    connection,
    direction: 'to-server',
    ...bytes,
    longestMs: given,
  }
}

test('[FA13] a fault that met nothing did not bite', () => {
  expect(faultWitnesses([began(1), bit(2, 1)])).toMatchObject([{faultId: 1, bit: false, connections: 0}])
})

test('[FA13] what a fault held is witnessed at both ends', () => {
  const events = [began(1), bit(1, 3), bit(1, 4), told(1, 3, 5, 0), told(1, 4, 2, 7)]
  expect(faultWitnesses(events)).toMatchObject([
    {bit: true, connections: 2, takenBytes: 14, givenBytes: 7, droppedBytes: 7, longestMs: 5},
  ])
})

test('[FA13] a cut is witnessed at either end, and faults are told apart', () => {
  expect(faultWitnesses([began(1), began(2, 'rst'), cut(2, 'client'), cut(2, 'server')])).toMatchObject([
    {faultId: 1, bit: false, cutsAtClient: 0},
    {faultId: 2, bit: true, cutsAtClient: 1, cutsAtServer: 1, connections: 1},
  ])
})
