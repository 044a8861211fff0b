/** A table of hand-written stories in which a guarantee holds or breaks; the naive definitions have to agree on each. */
import {expect, test} from 'vitest'
import {TEST_LIMITS, compared} from './against-oracle.ts'
import type {GuaranteeName} from './guarantee.ts'
import {guaranteesOf} from './guarantees-of.ts'
import {storyOf} from './story.ts'

/** Each of both by a sentence. */
type Stories = {
  readonly holds: Readonly<Record<string, string>>
  readonly breaks: Readonly<Record<string, string>>
}

/** Two tabs that show a question and its answer. */
export const CALM = `A opens; B opens; commit m1; commit a1 on m1; A shows m1 a1; B shows m1 a1`

/** A goes on, and is told that its message arrived. */
export const SENT = `${CALM}; A sends m2 on a1; A shows m1 a1 m2?; commit m2 on a1; A shows m1 a1 m2`

export function heldTo(name: GuaranteeName, {holds, breaks}: Stories): void {
  test.each(Object.entries(holds))('holds: %s', (_, text) => {
    expect(verdictOf(name, text).verdict).toBe('valid')
  })
  test.each(Object.entries(breaks))('breaks: %s', (_, text) => {
    const verdict = verdictOf(name, text)
    if (verdict.verdict !== 'invalid') throw new Error(`it is ${verdict.verdict}`)
    const {lines, note} = verdict.because[0]!
    expect(note).not.toBe('')
    if (name !== 'timelyVisibility') expect(lines.every((line) => line > 1)).toBe(true)
  })
}

function verdictOf(name: GuaranteeName, text: string) {
  const history = storyOf(text)
  const both = compared(history)
  if (both === 'refused') throw new Error('the story contradicts itself')
  expect(both.said).toEqual(both.ought)
  return guaranteesOf(history, TEST_LIMITS).of[name]
}
