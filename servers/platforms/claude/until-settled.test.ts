import {afterEach, beforeEach, expect, test, vi} from 'vitest'
import {TurnBuffer} from '../../stream/turn-buffer.ts'
import {untilSettled} from './until-settled.ts'

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

function wait(buffers: readonly TurnBuffer[], gone = new AbortController()) {
  const settled = vi.fn()
  const done = untilSettled(buffers, 25_000, gone.signal).then(settled)
  return {settled, done, gone}
}

test('[CL41] it waits for the last of them to end', async () => {
  const buffers = [new TurnBuffer(), new TurnBuffer()]
  const {settled, done} = wait(buffers)
  buffers[0]!.end('done')
  await vi.advanceTimersByTimeAsync(24_999)
  expect(settled).not.toHaveBeenCalled()
  buffers[1]!.end('cut')
  await done
  expect(vi.getTimerCount()).toBe(0)
})

test('[CL41] it waits for nobody, no longer than the limit, and not for a reader that is gone', async () => {
  await wait([]).done
  const ended = new TurnBuffer()
  ended.end('done')
  await wait([ended]).done

  const {settled, done} = wait([new TurnBuffer()])
  await vi.advanceTimersByTimeAsync(24_999)
  expect(settled).not.toHaveBeenCalled()
  await vi.advanceTimersByTimeAsync(1)
  await done

  const {gone, done: left} = wait([new TurnBuffer()])
  gone.abort()
  await left
  expect(vi.getTimerCount()).toBe(0)
})
