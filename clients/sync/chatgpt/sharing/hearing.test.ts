import {expect, test} from 'vitest'
import type {HubFrame} from '#protocol/hub-frame.ts'
import {hear, type Hearing} from './hearing.ts'

const away = {retries: 1, manner: 'observed', end: null} as const
const beat = (generation: number, seq: number, isOpen = true): HubFrame => ({
  type: 'beat',
  generation,
  seq,
  uplink: isOpen ? {name: 'open'} : {name: 'waiting', retryAtMs: 9, ...away},
})
const frame = (generation: number, seq: number, to: string | null = null): HubFrame => {
  return {type: 'frame', generation, seq, to, text: '[]'}
}
const known: Hearing = {generation: 5, seq: 7, uplink: {name: 'open'}}
const means = (said: HubFrame, now: Hearing = known) => hear(now, said, 'me.1').means

test('[LW6] what was said to everybody is taken once, in its order', () => {
  expect(means(frame(5, 8))).toBe('take')
  expect(means(frame(5, 7))).toBe('nothing')
  expect(hear(known, frame(5, 8), 'me.1').now).toMatchObject({seq: 8})
})

test.each([
  ['a frame to everybody', frame(5, 9)],
  ['a frame to somebody', frame(5, 8, 'you.1')],
  ['a beat', beat(5, 8)],
  ['an invitation', {type: 'again', generation: 5, seq: 8, to: 'you.1'} as const],
])('[LW6] %s that tells of one that did not come begins a new stay', (_, said) => {
  expect(means(said)).toBe('renew')
})

test('[LW2] replies are for whom they are addressed to', () => {
  expect(means(frame(5, 7, 'me.1'))).toBe('take')
  expect(means(frame(5, 7, 'me.0'))).toBe('nothing')
  expect(means({type: 'again', generation: 5, seq: 7, to: 'me.1'})).toBe('renew')
})

test('[LW6] an earlier generation is not heard, a later one is joined by its beat', () => {
  expect(means(beat(4, 99))).toBe('nothing')
  expect(means(frame(6, 3))).toBe('ask')
  expect(means(beat(6, 3))).toBe('renew')
  expect(means(beat(6, 3), null)).toBe('renew')
})

test('[LW2] a hub that loses its socket, or has another one, begins a new stay; waiting longer does not', () => {
  expect(means(beat(5, 7))).toBe('nothing')
  expect(means(beat(5, 8, false))).toBe('renew')
  const waiting = hear(known, beat(5, 8, false), 'me.1').now
  expect(means(beat(5, 9, false), waiting)).toBe('told')
  expect(means(beat(5, 9), waiting)).toBe('renew')
})
