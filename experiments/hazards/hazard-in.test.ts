import {expect, test} from 'vitest'
import {storyOf} from '../guarantees/story.ts'
import {HAZARDS} from './hazard.ts'
import {hazardIn} from './hazard-in.ts'
import {B_SENDS, CALM, storyAbout, WENT_ON} from './hazard-story.ts'

test('[HZ1] a cell that names no hazard is about none', () => {
  expect(hazardIn(storyOf(CALM))).toBeNull()
})

test('[HZ1] a hazard that nobody knows is no absence', () => {
  expect(() => hazardIn(storyOf(CALM, undefined, {conditions: {hazard: 'rain'}}))).toThrow('rain')
})

test('[HZ1] where nothing happened no hazard is said to be absent', () => {
  for (const hazard of HAZARDS) expect(() => hazardIn(storyAbout(hazard, CALM))).toThrow()
})

test('[HZ1] a history that contradicts itself cannot be told', () => {
  const backwards = `${WENT_ON}; ${B_SENDS}; commit m3 on a1; 1300 commit m4 on a1`
  expect(() => hazardIn(storyAbout('silent fork', backwards))).toThrow()
})

const costOf = (text: string) => hazardIn(storyAbout('silent fork', text))?.cost

test('[HZ16] what is asked after the first act counts, with the bytes of all tabs', () => {
  const cost = costOf(
    `ask B read 200 bytes 7; ${WENT_ON}; ask A send 200 bytes 100; ${B_SENDS}; commit m3 on a1; ask B send 200 bytes 20; together`,
  )
  expect(cost).toMatchObject({requests: 2, answerBytes: 120})
})

test('[HZ16] sending takes from the key in the stale tab to the commit', () => {
  expect(costOf(`${WENT_ON}; ${B_SENDS}; commit m3 on a1`)?.sendMs).toBe(300)
  expect(
    costOf(`${WENT_ON}; B tries send; B shows m1 a1 m2 a2; B sends m3 on a2; commit m3 on a2`)?.sendMs,
  ).toBe(300)
})

test('[HZ16] of what was sent anyway, the time until the person was told and from their decision on counts', () => {
  const insisted = 'B tries decide; B sends m4 on a2; commit m4 on a2'
  expect(costOf(`${WENT_ON}; ${B_SENDS}; ask B send 409; B is told; ${insisted}`)?.sendMs).toBe(400 + 200)
  expect(costOf(`${WENT_ON}; B tries send; B is told; ${insisted}`)?.sendMs).toBe(100 + 200)
})

test('[HZ16] what was not committed took no time that could be told', () => {
  expect(costOf(`${WENT_ON}; ${B_SENDS}; ask B send 409; B is told`)?.sendMs).toBeNull()
  expect(costOf(`${WENT_ON}; B tries send; B is told`)?.sendMs).toBeNull()
})
