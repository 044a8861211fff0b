import {expect, test} from 'vitest'
import {UsageError} from '../usage-error.ts'
import {readFaultSchedule} from './read-fault-schedule.ts'

const entry = {atMs: 500, healAtMs: 2_000, owner: 'A', fault: {name: 'blackhole'}}
const read = (...entries: unknown[]) => readFaultSchedule(JSON.stringify(entries), ['A', 'B'])
const whole = (more: object) => read(entry, {...entry, ...more})

test('[FA14] what is left out is everything, and a single cut', () => {
  const cut = {name: 'cut-after-bytes', bytes: 400, direction: 'to-client', by: 'rst'}
  expect(read(entry, {...entry, healAtMs: null, owner: '*', fault: cut})).toEqual([
    {...entry, on: 'everything'},
    {...entry, healAtMs: null, owner: '*', on: 'everything', fault: {...cut, times: 1}},
  ])
})

test.each([
  {owner: 'A', fault: {name: 'fin'}},
  {owner: '*', fault: {name: 'restart'}},
  {owner: '*', fault: {name: 'mcs-cut'}},
])('[FA14] %j may strike once', (more) => {
  expect(read({...entry, ...more, healAtMs: 500})).toHaveLength(1)
})

test.each([
  [
    {fault: {name: 'blakhole'}},
    'the fault "blakhole" is unknown; accepted are fin, rst, blackhole, half-open, latency, jitter, bandwidth, cut-after-bytes, cdp-offline, kill, restart, restart-lost-history, drain, overload, slow, push-delay, push-drop, push-duplicate, push-reorder, mcs-cut, token-expired',
  ],
  [{fault: {}}, 'fault.name is missing'],
  [{fault: 'fin'}, 'fault is "fin"; it takes an object'],
  [{atMs: -5}, 'atMs is -5; it takes a time of 0 ms or later'],
  [{atMs: 'now'}, 'atMs is "now"; it takes a number of milliseconds'],
  [{healAtMs: -1}, 'healAtMs is -1; it takes a time of 0 ms or later'],
  [{healAtMs: undefined}, 'healAtMs is missing'],
  [{healAtMs: 400}, 'it heals at 400 ms, before it begins at 500 ms'],
  [
    {healAtMs: 500},
    'a blackhole that heals in the moment it begins does nothing; only fin, rst, restart, restart-lost-history, mcs-cut, token-expired can',
  ],
  [{fault: {name: 'kill'}}, 'a kill is everybody\'s; its owner is "*"'],
  [{fault: {name: 'mcs-cut'}}, 'a mcs-cut is everybody\'s; its owner is "*"'],
  [{on: 'sockets', fault: {name: 'cdp-offline'}}, 'a cdp-offline cannot be on sockets alone; leave "on" out'],
  [{owner: 'D'}, 'there is no tab "D"; accepted are A, B, *'],
  [{owner: 3}, 'owner is 3; it takes a tab or "*"'],
  [{on: 'tabs'}, 'on is "tabs"; it takes everything, exchanges, sockets, sends'],
  [{bogus: 1}, 'bogus means nothing here'],
  [{fault: {name: 'latency'}}, 'fault.ms is missing'],
  [{fault: {name: 'latency', ms: 0}}, 'fault.ms is 0; it takes more than 0 ms'],
  [{fault: {name: 'half-open', lost: 'up'}}, 'fault.lost is "up"; it takes to-server or to-client'],
  [
    {fault: {name: 'bandwidth', bytesPerSecond: 0.5}},
    'fault.bytesPerSecond is 0.5; it takes a whole number of bytes a second, at least 1',
  ],
  [{fault: {name: 'fin', ms: 3}}, 'fault.ms means nothing here'],
])('[FA14] %j is refused with one sentence', (more, complaint) => {
  expect(() => whole(more)).toThrow(new UsageError(`Entry 2 of the fault schedule: ${complaint}.`))
})

test.each([
  ['[{', 'The fault schedule is not JSON; it takes a list like [{"atMs": 0, …}].'],
  ['{}', 'The fault schedule is Object; it takes a list of faults.'],
  ['[3]', 'Entry 1 of the fault schedule: it is 3; it takes an object.'],
])('[FA14] %s is refused with one sentence', (text, complaint) => {
  expect(() => readFaultSchedule(text, ['A'])).toThrow(new UsageError(complaint))
})
