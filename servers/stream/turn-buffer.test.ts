import {expect, test} from 'vitest'
import {TurnBuffer} from './turn-buffer.ts'

function follow(buffer: TurnBuffer, offset: number) {
  const heard: string[] = []
  const leave = buffer.follow(offset, {
    event: (text) => heard.push(text),
    end: (how) => heard.push(`end:${how}`),
  })
  return {heard, leave}
}

test('[RS1] a reader gets the tail from its offset, then what comes, then the end', () => {
  const buffer = new TurnBuffer()
  buffer.append('0')
  buffer.append('1')
  const readers = [0, 1, 2].map((offset) => follow(buffer, offset).heard)
  buffer.append('2')
  buffer.end('done')
  expect(readers).toEqual([
    ['0', '1', '2', 'end:done'],
    ['1', '2', 'end:done'],
    ['2', 'end:done'],
  ])
  expect(follow(buffer, 2).heard).toEqual(['2', 'end:done'])
  expect(buffer.count).toBe(3)
})

test('[TU14] a reader that left hears nothing more, and the others do', () => {
  const buffer = new TurnBuffer()
  const [gone, stays] = [follow(buffer, 0), follow(buffer, 0)]
  gone.leave()
  buffer.append('0')
  buffer.end('cut')
  expect([gone.heard, stays.heard]).toEqual([[], ['0', 'end:cut']])
})

test('an ended turn takes no more events, and ends once', () => {
  const buffer = new TurnBuffer()
  buffer.end('cut')
  buffer.end('done')
  expect(buffer.ended).toBe('cut')
  expect(() => buffer.append('late')).toThrow(TypeError)
})
