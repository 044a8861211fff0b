/**
 * How server and page are set in a cell, told by its conditions alone: `rule`, `guards`, `habits`, `onRepeat` and
 * `replicaLagMs`, in words that a report can print. What a cell does not name is as observed. Rule HZ2.
 */
import {CONFLICT_RULES} from '#protocol/conflict.ts'
import {PAGE_HABITS, type PageHabits} from '#protocol/page-habits.ts'
import {isPolicyName} from '#protocol/policy.ts'
import {SEND_GUARDS} from '#protocol/send-guard.ts'
import type {CellSpec} from '../history/history-event.ts'
import type {Setting} from './hazard.ts'

export const OBSERVED_SETTING: Setting = {
  policy: 'observed',
  rule: 'fork',
  guards: [],
  habits: {},
  onRepeat: 'refuse',
  replicaLagMs: 0,
}

/** Where there is nothing to name. */
const NONE = 'none'
const REPEATS = ['refuse', 'store-again'] as const

type Conditions = CellSpec['conditions']

/** The policy is the cell's own and no condition. */
export const conditionsOf = ({rule, guards, habits, onRepeat, replicaLagMs}: Setting): Conditions => ({
  rule,
  guards: guards.join(',') || NONE,
  habits: habitsInWords(habits),
  ...(onRepeat !== OBSERVED_SETTING.onRepeat && {onRepeat}),
  ...(replicaLagMs !== OBSERVED_SETTING.replicaLagMs && {replicaLagMs}),
})

const habitsInWords = (habits: Partial<PageHabits>): string =>
  Object.entries(habits)
    .map(([name, value]) => `${name}=${value}`)
    .join(',') || NONE

/** Throws a TypeError for a word that means nothing: such a cell cannot be played. */
export function settingOf({policy, conditions}: Pick<CellSpec, 'policy' | 'conditions'>): Setting {
  if (!isPolicyName(policy)) throw new TypeError(`the cell names an unknown policy: ${policy}`)
  const word = (name: string, otherwise: string) => String(conditions[name] ?? otherwise)
  return {
    policy,
    rule: oneOf('rule', CONFLICT_RULES, word('rule', OBSERVED_SETTING.rule)),
    guards: listIn(word('guards', NONE)).map((guard) => oneOf('guard', SEND_GUARDS, guard)),
    habits: Object.fromEntries(listIn(word('habits', NONE)).map(readHabit)),
    onRepeat: oneOf('onRepeat', REPEATS, word('onRepeat', OBSERVED_SETTING.onRepeat)),
    replicaLagMs: Number(conditions['replicaLagMs'] ?? OBSERVED_SETTING.replicaLagMs),
  }
}

const listIn = (words: string): readonly string[] => (words === NONE ? [] : words.split(','))

function readHabit(words: string): readonly [string, string] {
  const [name = '', value = ''] = words.split('=')
  const habit = oneOf('habit', Object.keys(PAGE_HABITS) as (keyof PageHabits)[], name)
  return [habit, oneOf(`habit ${habit}`, PAGE_HABITS[habit], value)]
}

function oneOf<W extends string>(what: string, known: readonly W[], word: string): W {
  const found = known.find((each) => each === word)
  if (found === undefined) throw new TypeError(`the cell names an unknown ${what}: ${word}`)
  return found
}
