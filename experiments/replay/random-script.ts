/** For tests: any steps and faults, sensible or not, over three tabs. */
import fc from 'fast-check'
import {TAB_STATES} from '../history/history-event.ts'
import type {ScheduledFault} from '../history/fault.ts'
import type {Step} from '../scenario/step.ts'
import type {Script} from './sense.ts'

const tab = fc.constantFrom('A', 'B', 'C')
const device = fc.constantFrom('device-1', 'device-2')
const tabs = fc.subarray(['A', 'B', 'C'], {minLength: 1})
const ms = fc.integer({min: 0, max: 5_000})
const words = fc.integer({min: 1, max: 20})
const a = (what: Step['do'], entries: Record<string, fc.Arbitrary<unknown>>) =>
  fc.record({do: fc.constant(what), ...entries}) as unknown as fc.Arbitrary<Step>

const state = fc.constantFrom(...TAB_STATES)
const open = a('open', {tab, device, state: fc.constantFrom('visible', 'hidden', 'frozen')})

const step = fc.oneof(
  open,
  a('hold', {tab, state}),
  a('send', {tab, words}),
  a('begin', {}),
  a('write', {count: fc.integer({min: 1, max: 5}), everyMs: ms}),
  a('watch', {tabs, window: fc.constantFrom('main', 'return', 'refresh'), upToMs: ms}),
  a('return', {tab}),
  a('close', {tab}),
  a('reopen', {tab}),
  a('refresh', {tab}),
  a('crash', {tab}),
  a('duplicate', {tab, as: fc.constantFrom('C', 'D')}),
  a('quit-browser', {device}),
  a('start-browser', {device}),
  a('stop-worker', {device}),
  a('faults', {}),
  a('heal', {}),
  a('recover', {tabs, upToMs: ms}),
  a('send-together', {tabs, words}),
  a('pause', {forMs: ms}),
  a('read', {tabs, label: fc.constant('final')}),
)

const fault: fc.Arbitrary<ScheduledFault> = fc
  .record({
    atMs: ms,
    lengthMs: fc.option(fc.integer({min: 1, max: 5_000})),
    owner: fc.constantFrom('A', 'B', 'C', '*'),
    name: fc.constantFrom('rst', 'blackhole', 'fin'),
  })
  .map(({atMs, lengthMs, owner, name}) => ({
    atMs,
    healAtMs: lengthMs === null ? null : atMs + lengthMs,
    owner,
    on: 'everything',
    fault: {name},
  }))

export const anyScript: fc.Arbitrary<Script> = fc.record({
  steps: fc.array(step, {maxLength: 14}),
  schedule: fc.option(fc.array(fault, {maxLength: 4})),
})
