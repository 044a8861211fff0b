import {describe, expect, test} from 'vitest'
import type {StreamStatus} from '#protocol/stream-status.ts'
import {ApiError} from '../http-caller.ts'
import {createTestClock, pass} from '../test-clock.ts'
import {testKnownConversation} from '../test-known.ts'
import {pollUntilSettled, type Settled} from './status-poll.ts'

type Said = {
  readonly status?: StreamStatus | ApiError
  readonly isStreaming?: boolean
  readonly fails?: ApiError
  readonly waits?: boolean
  readonly expects?: boolean
}

/** Each round of the loop is answered by what `server` says of it; rounds count from 1. */
function polling(server: (round: number) => Said) {
  const clock = createTestClock()
  const life = new AbortController()
  let round = 0
  let reads = 0
  let said: Said = {}
  let settled: Settled | null = null
  void pollUntilSettled({
    api: {
      async status() {
        if (said.status instanceof ApiError) throw said.status
        return said.status ?? 'IS_STREAMING'
      },
    },
    surroundings: clock,
    signal: life.signal,
    async read() {
      reads += 1
      if (settled === null && round < reads) said = server((round += 1))
      if (said.fails) throw said.fails
      return {
        conversation: testKnownConversation('c1', []),
        isStreaming: said.isStreaming ?? false,
        at: 0,
        bytes: 0,
      }
    },
    isWaiting: () => said.waits ?? true,
    isExpecting: () => said.expects ?? false,
  }).then((end) => (settled = end))
  return {
    settled: () => settled,
    reads: () => reads,
    leave: () => life.abort(),
    /** Rounds of five seconds. */
    rounds: (count: number) => pass(clock, count * 5_000),
    pass: (ms: number) => pass(clock, ms),
  }
}

const nobody = new ApiError(0, 'The server could not be reached.')

describe('polling for the end of an answer', () => {
  test.each(['COMPLETE', 'FAILURE'] as const)('[ST2] ends with %s, and reads once more', async (status) => {
    const poll = polling((round) => ({status: round < 3 ? 'IS_STREAMING' : status}))
    await poll.rounds(1)
    expect([poll.settled(), poll.reads()]).toEqual([null, 2])
    await poll.rounds(1)
    expect([poll.settled(), poll.reads()]).toEqual([{name: 'settled'}, 4])
  })

  test('[ST2] goes on while a stop is under way', async () => {
    const poll = polling(() => ({status: 'IS_STOP_REQUESTED'}))
    await poll.rounds(20)
    expect(poll.settled()).toBeNull()
    poll.leave()
  })

  test('[ST2] asks for no status once the answer has come by another way', async () => {
    const poll = polling(() => ({waits: false, status: new ApiError(500, 'not to be asked')}))
    await poll.pass(1)
    expect([poll.settled(), poll.reads()]).toEqual([{name: 'settled'}, 1])
  })

  test('[ST9] ends after thirty rounds in a row without an answer, and says why', async () => {
    const poll = polling(() => ({fails: nobody}))
    await poll.rounds(29)
    expect([poll.settled(), poll.reads()]).toEqual([null, 30])
    await poll.rounds(1)
    expect([poll.settled(), poll.reads()]).toEqual([{name: 'unknown', why: nobody.message}, 31])
  })

  test('[ST2] counts only rounds in a row', async () => {
    const poll = polling((round) => (round % 20 === 0 ? {} : {fails: nobody}))
    await poll.rounds(100)
    expect(poll.settled()).toBeNull()
    poll.leave()
  })

  test('[ST9] takes a 404 to the question for the status for "not ready", and not for ever', async () => {
    const notFound = new ApiError(404, 'Not found')
    const poll = polling((round) => ({status: round < 10 ? notFound : 'COMPLETE'}))
    await poll.rounds(10)
    expect(poll.settled()).toEqual({name: 'settled'})
    const never = polling(() => ({status: notFound}))
    await never.rounds(31)
    expect(never.settled()).toMatchObject({name: 'unknown'})
  })

  test('[ST9] ends at once where the conversation is gone', async () => {
    const poll = polling(() => ({fails: new ApiError(404, 'Conversation not found')}))
    await poll.pass(1)
    expect(poll.settled()).toEqual({name: 'unknown', why: 'Conversation not found'})
  })

  test('[ST8] gives what may have been sent a minute to turn up, and no more', async () => {
    const poll = polling(() => ({expects: true, status: 'COMPLETE'}))
    await poll.pass(59_000)
    expect([poll.settled(), poll.reads()]).toEqual([null, 12])
    await poll.pass(2_000)
    expect(poll.settled()).toEqual({name: 'settled'})
  })

  test('[CO15] leaves a server alone for as long as it asks to be', async () => {
    const busy = new ApiError(503, 'busy', {retryAfterMs: 20_000})
    const poll = polling((round) => (round === 1 ? {fails: busy} : {status: 'COMPLETE'}))
    await poll.pass(19_000)
    expect(poll.reads()).toBe(1)
    await poll.pass(2_000)
    expect(poll.settled()).toEqual({name: 'settled'})
  })

  test('[TU14] is over when the person goes elsewhere', async () => {
    const poll = polling(() => ({}))
    await poll.rounds(1)
    poll.leave()
    await poll.pass(1)
    expect(poll.settled()).toMatchObject({name: 'unknown'})
  })
})
