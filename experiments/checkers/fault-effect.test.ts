import {expect, test} from 'vitest'
import type {Fault} from '../history/fault.ts'
import {acks, drops, fault, historyOf, link, stores, type Told} from '../history/history-builder.ts'
import {faultsBit} from './faults-bit.ts'
import {asks, books, isWithServer} from './test-recovery.ts'

const aimed = {owner: '*', on: 'everything'} as const
const stood = (what: Fault, ...told: Told[]) =>
  faultsBit(
    historyOf([
      fault(1_500, {kind: 'fault-began', faultId: 1, fault: what, target: aimed}),
      fault(3_000, {kind: 'fault-healed', faultId: 1, why: 'healed'}),
      ...told,
    ]),
  ).verdict

const carriedOut = (what: string): Told =>
  fault(1_510, {kind: 'fault-carried-out', faultId: 1, what, whom: null})
const refusedPush = books(2_000, {kind: 'refused', where: 'push', code: 'UNREGISTERED', userId: 'u'})

/** What each is believed by, and what is not enough. */
const effects: readonly (readonly [Fault, readonly Told[], readonly Told[]])[] = [
  [{name: 'cdp-offline'}, [carriedOut('page-offline')], [carriedOut('page-online')]],
  [{name: 'kill'}, [carriedOut('server-ended')], []],
  [{name: 'restart'}, [carriedOut('server-ended')], [carriedOut('server-started')]],
  [
    {name: 'restart-lost-history'},
    [carriedOut('server-ended'), carriedOut('history-lost')],
    [carriedOut('server-ended')],
  ],
  [{name: 'drain', overMs: 5}, [isWithServer(1_600, 'disconnected', 1012)], [carriedOut('draining')]],
  [{name: 'overload', retryAfterS: 1}, [asks(1_600, 'read', {status: 503})], [carriedOut('overloaded')]],
  [
    {name: 'overload', retryAfterS: 1},
    [isWithServer(1_600, 'disconnected', 1013)],
    [isWithServer(1_600, 'disconnected', 1006)],
  ],
  [{name: 'slow', ms: 5}, [carriedOut('slowed'), asks(1_600, 'read')], [carriedOut('slowed')]],
  [
    {name: 'push-delay', ms: 5},
    [carriedOut('delivery-changed'), stores(1_600, 'p')],
    [carriedOut('delivery-changed'), stores(9_000, 'p')],
  ],
  [{name: 'push-drop'}, [drops(1_600, 'p')], [carriedOut('delivery-changed'), acks(1_600, 'p')]],
  [{name: 'mcs-cut'}, [link(1_600, 'closed')], [carriedOut('links-cut')]],
  [{name: 'token-expired'}, [refusedPush], [carriedOut('registrations-gone')]],
]

test.each(effects)('[P6] %j is believed when somebody felt it', (what, felt, unfelt) => {
  expect(stood(what, ...felt)).toBe('valid')
  expect(stood(what, ...unfelt)).toBe('invalid')
})
