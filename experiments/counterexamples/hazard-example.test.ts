import {expect, test} from 'vitest'
import {SIGNS} from '../hazards/hazard-in.ts'
import type {RecordedEvent} from '../history/history-event.ts'
import {hazardExampleOf} from './hazard-example.ts'
import type {HazardExample} from './hazard-example.ts'
import {hazardInWords} from './hazard-words.ts'
import {SHOWN_HAZARDS} from './shown-hazards.ts'
import type {ToldHazard} from './shown-hazards.ts'
import {diagramOfHazard} from './space-time-diagram.ts'

const exampleOf = (asked: ToldHazard): HazardExample => {
  const [hazard, history] = SHOWN_HAZARDS.find(([name]) => name === asked)!
  return hazardExampleOf(history, hazard)!
}
const told = (hazard: ToldHazard): string => hazardInWords(exampleOf(hazard)).join(' ')

function stillShows({hazard, whole, violation}: HazardExample, events: readonly RecordedEvent[]): boolean {
  try {
    return SIGNS[hazard]({...whole, events}).some(
      (each) => JSON.stringify(each) === JSON.stringify(violation),
    )
  } catch {
    return false
  }
}

test.each(SHOWN_HAZARDS)('[CX7] %s: what is left shows it, and nothing of it can go', (hazard, history) => {
  const found = hazardExampleOf(history, hazard)!
  const {events} = found.smallest
  expect(found.isMinimal).toBe(true)
  expect(events.length).toBeLessThan(history.events.length)
  expect(stillShows(found, events)).toBe(true)
  for (const [index] of events.entries()) expect(stillShows(found, events.toSpliced(index, 1))).toBe(false)
})

test('[CX7] what does not show, or cannot be told, has no example', () => {
  const [, history] = SHOWN_HAZARDS[0]!
  expect(hazardExampleOf(history, 'sent under an old name')).toBeNull()
})

test('[CX7] what was deleted is told by who deleted it, who wrote into it how much later, and what that tab showed', () => {
  expect(told('sent into deleted')).toBe(
    'A deleted the conversation at 2.000 s. 812 ms later, at 2.812 s, B sent m3 on leaf m2. ' +
      'B still showed the conversation, up to m2. The server never committed m3.',
  )
})

test('[CX7] a name, a stop, a model, a draft and an account are told by what happened to them', () => {
  expect(told('sent under an old name')).toBe(
    'B showed the name that the conversation had at 0.630 s. 1.37 s later, at 2.000 s, A gave the conversation another name. ' +
      '400 ms later, at 2.400 s, B sent m3 on leaf m2. The heading of B still had the name from before.',
  )
  expect(told('stopped by another tab')).toBe(
    'A sent m3 on leaf m2 at 2.000 s. 300 ms later, at 2.300 s, B stopped an answer. ' +
      '10 ms later, at 2.310 s, the server ended m4. A never said that another tab had ended its answer: it showed m4 as complete.',
  )
  expect(told('answered by the old model')).toBe(
    'A chose the model larger at 2.000 s. 500 ms later, at 2.500 s, B sent m3 on leaf m2. ' +
      '20 ms later, at 2.520 s, the server began an answer with the model smaller. B had not learnt of the choice when it sent m3.',
  )
  expect(told('draft lost')).toBe(
    'B held 53 characters that were not sent at 2.300 s. B was closed at 2.500 s and opened again. ' +
      'At 3.020 s its composer was empty. What was typed in B was not there any more.',
  )
  expect(told('sent as another account')).toBe(
    'A was opened by the first account at 0.600 s. 10 ms later, at 0.610 s, B was opened by the second account. ' +
      '410 ms later, at 1.020 s, the server answered a request of A (send) as the second account. The person of A was not told.',
  )
})

test.each(SHOWN_HAZARDS)('[CX7] %s is told without an id and without a gap', (hazard) => {
  for (const sentence of hazardInWords(exampleOf(hazard))) {
    expect(sentence).toMatch(/^[A-Z\dm].*[^.]\.$/)
    expect(sentence).not.toMatch(/undefined|null|NaN|somebody|a message|\b[am]\d\b(?<!m\d)/)
  }
})

test.each(SHOWN_HAZARDS)(
  '[CX7] %s is drawn, wide and narrow, with the moment in which it showed',
  (hazard) => {
    for (const widthPx of [340, 720]) {
      const svg = diagramOfHazard(exampleOf(hazard), {widthPx})
      expect(svg).toContain(`<title>Space–time diagram: ${hazard} (`)
      expect([...svg.matchAll(/class="broken"/g)]).toHaveLength(1)
      expect(svg).not.toMatch(/NaN|undefined|Infinity|="null"/)
    }
  },
)

test('[CX7] the deletion is an arrow of its own, and until B writes B is without it', () => {
  const svg = diagramOfHazard(exampleOf('sent into deleted'))
  expect(svg).toContain('>deletes it</tspan>')
  expect([...svg.matchAll(/class="message send"/g)]).toHaveLength(1)
  expect([...svg.matchAll(/class="stale"/g)]).toHaveLength(1)
})
