import {expect, test} from 'vitest'
import {CellCapture, type CapturedLine} from './cell-capture.ts'

const text = (pushId: string) => JSON.stringify({fcmMessageId: pushId, data: {token: 'secret-of-a-person'}})
const frame = {channel: 'celsius', direction: 'to-browser', at: 5, bytes: 2, clockErrorMs: 0.4} as const

function capturing() {
  const lines: CapturedLine[] = []
  const capture = new CellCapture((line) => lines.push(line))
  capture.begin()
  return {capture, lines}
}

test('[TG21] a push has the browser’s text and the worker’s time, whoever speaks first', () => {
  const {capture, lines} = capturing()
  capture.given('laptop', text('p1'))
  capture.stamped('laptop', 'p1', {at: 7, errorMs: 0.2})
  capture.stamped('laptop', 'p2', {at: 8, errorMs: 0.3})
  capture.given('laptop', text('p2'))
  expect(lines.map(({at, clockErrorMs, raw}) => [at, clockErrorMs, raw.includes('secret-of')])).toEqual([
    [7, 0.2, false],
    [8, 0.3, false],
  ])
  expect(lines[0]).toMatchObject({channel: 'fcm', device: 'laptop', tab: null, bytes: text('p1').length})
})

test('[TG21] the same push on two devices is two', () => {
  const {capture, lines} = capturing()
  for (const device of ['laptop', 'phone']) capture.given(device, text('p1'))
  capture.stamped('phone', 'p1', {at: 7, errorMs: 0.2})
  expect(lines.map(({device}) => device)).toEqual(['phone'])
})

test('[TG21] what no worker stamped is written at the end, and its time is known badly', () => {
  const {capture, lines} = capturing()
  capture.given('laptop', text('p1'))
  expect(lines).toEqual([])
  capture.end()
  expect(lines).toMatchObject([{channel: 'fcm', clockErrorMs: 1_000}])
  capture.end()
  expect(lines).toHaveLength(1)
})

test('[TG20] a frame keeps its time and length, and a keep-alive is nothing that was heard', () => {
  const {capture, lines} = capturing()
  capture.frame('B', 'laptop', {...frame, text: '[]'})
  expect(capture.lastHeardAt('B', 'laptop')).toBe(0)
  capture.frame('B', 'laptop', {...frame, text: '[{"verify=1234567890123":1}]', bytes: 500})
  expect(capture.lastHeardAt('B', 'laptop')).toBeGreaterThan(0)
  expect(lines[1]).toMatchObject({
    at: 5,
    bytes: 500,
    raw: expect.stringContaining('<token of 13 characters>'),
  })
})
