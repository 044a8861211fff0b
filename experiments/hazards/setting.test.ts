import fc from 'fast-check'
import {expect, test} from 'vitest'
import {CONFLICT_RULES} from '#protocol/conflict.ts'
import {PAGE_HABITS} from '#protocol/page-habits.ts'
import {POLICY_NAMES} from '#protocol/policy.ts'
import {SEND_GUARDS} from '#protocol/send-guard.ts'
import type {Setting} from './hazard.ts'
import {conditionsOf, OBSERVED_SETTING, settingOf} from './setting.ts'

const someHabits = fc
  .record(
    {
      resend: fc.constantFrom(...PAGE_HABITS.resend),
      outbox: fc.constantFrom(...PAGE_HABITS.outbox),
      drafts: fc.constantFrom(...PAGE_HABITS.drafts),
      login: fc.constantFrom(...PAGE_HABITS.login),
      reads: fc.constantFrom(...PAGE_HABITS.reads),
    },
    {requiredKeys: []},
  )
  .map((habits) => habits as Setting['habits'])
const anySetting: fc.Arbitrary<Setting> = fc.record({
  policy: fc.constantFrom(...POLICY_NAMES),
  rule: fc.constantFrom(...CONFLICT_RULES),
  guards: fc.subarray([...SEND_GUARDS]),
  habits: someHabits,
  onRepeat: fc.constantFrom('refuse' as const, 'store-again' as const),
  replicaLagMs: fc.nat(5_000),
})

test('[HZ2] a setting is in the words of its cell, whole', () => {
  fc.assert(
    fc.property(anySetting, (setting) => {
      const cell = {policy: setting.policy, conditions: conditionsOf(setting)}
      expect(settingOf(cell)).toEqual(setting)
    }),
  )
})

test('[HZ2] a cell that names nothing is as observed', () => {
  expect(settingOf({policy: 'observed', conditions: {}})).toEqual(OBSERVED_SETTING)
})

test.each([
  [{policy: 'hope', conditions: {}}, 'policy: hope'],
  [{policy: 'observed', conditions: {rule: 'luck'}}, 'rule: luck'],
  [{policy: 'observed', conditions: {guards: 'if-match,prayer'}}, 'guard: prayer'],
  [{policy: 'observed', conditions: {habits: 'sleep=late'}}, 'habit: sleep'],
  [{policy: 'observed', conditions: {habits: 'outbox=post'}}, 'habit outbox: post'],
  [{policy: 'observed', conditions: {onRepeat: 'cheer'}}, 'onRepeat: cheer'],
])('[HZ2] %o cannot be played', (cell, complaint) => {
  expect(() => settingOf(cell)).toThrow(complaint)
})
