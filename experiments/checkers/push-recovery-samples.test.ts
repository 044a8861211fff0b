import {expect, test} from 'vitest'
import {acks, historyOf, knows, link, step, stores, wakes} from '../history/history-builder.ts'
import type {Told} from '../history/history-builder.ts'
import {pushRecoverySamples} from './push-recovery-samples.ts'

const broken = (...told: Told[]) =>
  pushRecoverySamples(
    historyOf([
      knows(1, 'device-3', '1'),
      link(50, 'opened'),
      step(1_000, 2, 'break-push', 'began'),
      ...told,
    ]),
  ).map(({valueMs, about}) => [about['what'], valueMs, about['waiting']])

test('from the break to the next link of that device, and to the last of what waited for it', () => {
  const told = [
    link(1_001, 'closed'),
    stores(1_100, 'p'),
    stores(1_200, 'q'),
    link(2_000, 'opened', '2'),
    link(3_000, 'opened'),
    acks(3_010, 'p'),
    acks(3_011, 'q'),
    wakes(3_020, 'device-3', 'p'),
    wakes(3_025, 'device-3', 'q'),
    stores(4_000, 'r'),
    wakes(4_010, 'device-3', 'r'),
  ]
  expect(broken(...told)).toEqual([
    ['link back', 2_000, 2],
    ['all heard', 2_025, 2],
  ])
})

test('a link that stayed up gives nothing', () => {
  expect(broken(stores(1_100, 'p'), wakes(1_110, 'device-3', 'p'))).toEqual([])
})

test('what was never heard gives no time at which everything was', () => {
  expect(broken(stores(1_100, 'p'), link(3_000, 'opened'))).toEqual([['link back', 2_000, 1]])
})

test('a cell in which nothing broke gives nothing', () => {
  expect(pushRecoverySamples(historyOf([knows(1, 'device-1', '1'), link(50, 'opened')]))).toEqual([])
})
