/** The habits that an address names. Pure. Rule HB1. */
import {OBSERVED_HABITS, PAGE_HABITS, type PageHabits} from '#protocol/page-habits.ts'

/** `habits`: null where the address names none. */
export type HabitsInAddress =
  | {readonly habits: PageHabits | null; readonly inWords: readonly string[]}
  | {readonly problem: string}

export function readHabits(query: URLSearchParams): HabitsInAddress {
  const named: [habit: string, value: string][] = []
  for (const [habit, accepted] of Object.entries<readonly string[]>(PAGE_HABITS)) {
    const value = query.get(habit)
    if (value === null) continue
    if (!accepted.includes(value))
      return {problem: `${habit}="${value}" is unknown; accepted are ${accepted.join(', ')}.`}
    named.push([habit, value])
  }
  // Each value was looked up in the table that the type is made of.
  const habits = {...OBSERVED_HABITS, ...Object.fromEntries(named)} as PageHabits
  return {
    habits: named.length === 0 ? null : habits,
    inWords: named.map(([habit, value]) => `${habit} ${value}`),
  }
}
