import {describe, expect, test} from 'vitest'
import {createHttpCaller, type ApiError, type CallLimits} from './http-caller.ts'
import {createTestClock, until} from './test-clock.ts'
import {json, testStream} from './test-http.ts'

function caller(answer: (init: RequestInit) => Response | Promise<Response>, limits?: CallLimits) {
  const clock = createTestClock()
  const asked: RequestInit[] = []
  const life = new AbortController()
  const http = createHttpCaller({
    options: {baseUrl: 'http://127.0.0.1:1', bearer: 'b', tab: 'A'},
    surroundings: {
      ...clock,
      stampNow: clock.now,
      async fetch(_, init = {}) {
        asked.push(init)
        return answer(init)
      },
    },
    signal: life.signal,
    ...(limits && {limits}),
    complaint: () => null,
  })
  return {...http, clock, asked, life}
}

/** What a link that holds everything back does to a request. */
const hangs = ({signal}: RequestInit) =>
  new Promise<Response>((_, reject) => {
    signal?.addEventListener('abort', () => reject(new DOMException('aborted', 'AbortError')))
  })

const failure = (asked: Promise<unknown>) =>
  asked.then(
    () => null,
    (error: unknown) => error as ApiError,
  )

describe('what is asked', () => {
  test("[CO14] never comes from the browser's cache", async () => {
    const {read, asked} = caller(() => json({}))
    await read('/x')
    expect(asked[0]).toMatchObject({cache: 'no-store', headers: {'x-tabwitness-tab': 'A'}})
  })

  test('[CO15] is given up when the answer does not begin in time', async () => {
    const {read, clock} = caller(hangs, {openMs: 1_000, idleMs: 1_000})
    const failed = failure(read('/x'))
    await until(() => clock.waits().length === 1)
    clock.advance(1_000)
    expect(await failed).toMatchObject({status: 0, isDefinite: false})
    expect(clock.waits()).toEqual([])
  })

  test('[CO15] is given up when the answer falls silent, and not while it comes', async () => {
    const stream = testStream()
    const {read, clock} = caller(() => stream.response, {openMs: 1_000, idleMs: 1_000})
    const failed = failure(read('/x'))
    for (const piece of ['{', '"a"', ':1']) {
      await until(() => clock.waits().includes(1_000))
      clock.advance(900)
      stream.write(piece)
      await until(() => clock.waits().includes(1_000))
    }
    clock.advance(1_000)
    expect(await failed).toMatchObject({status: 0, message: 'The answer of the server was cut off.'})
  })

  test('[CO15] waits for as long as the browser does where nothing else is said', async () => {
    const {read, clock, life} = caller(hangs)
    const failed = failure(read('/x'))
    await until(() => true)
    expect(clock.waits()).toEqual([])
    life.abort()
    expect(await failed).toMatchObject({status: 0})
  })

  test('is read whole, in whatever pieces it comes', async () => {
    const stream = testStream()
    const {read} = caller(() => stream.response)
    const text = read('/x')
    stream.write('{"é', '":1}')
    stream.end()
    expect((await text).text).toBe('{"é":1}')
  })
})

describe('a refusal', () => {
  test.each([
    ['7', 7_000],
    ['Fri, 31 Dec 1999 23:59:59 GMT', null],
    ['-1', null],
    [null, null],
  ])('[CO15] with Retry-After %s asks to be left alone for %s ms', async (header, retryAfterMs) => {
    const headers = header === null ? {} : {'retry-after': header}
    const {read} = caller(() => new Response('busy', {status: 503, headers}))
    expect(await failure(read('/x'))).toMatchObject({status: 503, isDefinite: true, retryAfterMs})
  })
})
