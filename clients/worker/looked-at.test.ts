import {afterEach, beforeEach, expect, test, vi} from 'vitest'
import {lookedAt} from './looked-at.ts'
import type {WorkerWindow} from './worker-scope.ts'

beforeEach(() => void vi.useFakeTimers({toFake: ['setTimeout', 'clearTimeout']}))
afterEach(() => void vi.useRealTimers())

type Shape = {visible?: boolean; focused?: boolean; answer?: unknown}

/** A window that answers with `answer`, or not at all. */
function aWindow({visible = false, focused = false, answer}: Shape) {
  const asked: unknown[] = []
  const it: WorkerWindow = {
    url: 'http://127.0.0.1/new',
    visibilityState: visible ? 'visible' : 'hidden',
    focused,
    postMessage(message, transfer) {
      asked.push(message)
      const [port] = transfer as MessagePort[]
      if (answer !== undefined) port?.postMessage(answer)
    },
    focus: () => Promise.resolve(it),
  }
  return {it, asked}
}
const scopeOf = (...windows: readonly {it: WorkerWindow}[]) => ({
  clients: {
    matchAll: () => Promise.resolve(windows.map(({it}) => it)),
    openWindow: () => Promise.resolve(null),
  },
})

test('[CC32] focused and visible windows are asked where they are, others are not', async () => {
  const [front, focused, hidden] = [
    aWindow({visible: true, answer: 'http://a/'}),
    aWindow({focused: true, answer: 'http://b/'}),
    aWindow({answer: 'http://c/'}),
  ]
  expect(await lookedAt(scopeOf(front, focused, hidden))).toEqual(['http://a/', 'http://b/'])
  expect(front.asked).toEqual([{type: 'GET_CURRENT_URL'}])
  expect(hidden.asked).toEqual([])
})

test('[CC32] one that does not answer within 500 ms, or with nonsense, is not counted', async () => {
  const answers = lookedAt(
    scopeOf(
      aWindow({visible: true}),
      aWindow({visible: true, answer: 7}),
      aWindow({visible: true, answer: 'http://a/'}),
    ),
  )
  let isOver = false
  void answers.then(() => (isOver = true))
  await vi.advanceTimersByTimeAsync(499)
  expect(isOver).toBe(false)
  await vi.advanceTimersByTimeAsync(1)
  expect(await answers).toEqual(['http://a/'])
})
