/** A person's limit of messages, as each platform says it. */
import {afterAll, beforeAll, expect, test} from 'vitest'
import {limitIn} from '#protocol/claude/message-limit.ts'
import {claudeError} from '#protocol/claude/error.ts'
import {decodeValue} from '#protocol/decode.ts'
import {httpErrorBody} from '#protocol/http-error.ts'
import {readTurnEvent} from '#protocol/turn-event.ts'
import {defaultModelSettings} from '../model/model-settings.ts'
import {startTestTriggers, type TestTriggers} from '../test-triggers.ts'
import {completionEventsOf} from './claude/caller.ts'
import {eventsOf} from './events-of.ts'

let servers: TestTriggers
beforeAll(async () => {
  servers = await startTestTriggers('limits')
})
afterAll(() => servers.close())

/** Its first token comes after the limit is reached, its last soon after. */
const slow = {...defaultModelSettings, firstTokenDelayMs: [500, 500], tokensPerSecond: [900, 900]} as const
const HOUR_MS = 3_600_000

test('[TG13] over the limit a send to ChatGPT is 429 with the time when it clears, and nothing is stored', async () => {
  const person = await servers.person()
  const {conversationId} = await person.seeded('chatgpt')
  await servers.control.reachLimit(person.user.id)
  await servers.control.turnClock(1_000)
  const {response} = await person.caller.ask()
  const body = decodeValue(httpErrorBody, await response.json())
  expect(body.detail).toMatchObject({code: 'message_limit_reached', clears_in: 3_599})
  expect([response.status, response.headers.get('retry-after')]).toEqual([429, '3599'])
  await expect(servers.control.sendFromElsewhere(person.user.id, conversationId, 'hi')).rejects.toThrow()
  expect(person.kinds()).toEqual(['committed', 'committed', 'limit-reached'])
  await servers.control.turnClock(HOUR_MS)
  expect((await person.caller.ask()).response.status).toBe(200)
})

test('[TG13] an answer that ends over the limit says so in `limits_progress`, any other does not', async () => {
  const limitsOf = async (isReached: boolean) => {
    const person = await servers.person(isReached ? {model: slow} : {})
    const {response} = await person.caller.ask()
    if (isReached) await servers.control.reachLimit(person.user.id)
    const read = (await Array.fromAsync(eventsOf(response))).map(readTurnEvent)
    return read.flatMap((one) =>
      one.kind === 'event' && one.event.type === 'conversation_detail_metadata'
        ? (one.event.limits_progress ?? []).map(({feature_name, remaining}) => [feature_name, remaining])
        : [],
    )
  }
  const research = ['deep_research', 15]
  expect(await limitsOf(false)).toEqual([research])
  expect(await limitsOf(true)).toEqual([research, ['messages', 0]])
})

test('[TG14] over the limit a send to Claude.ai is 429 with the observed object in its message', async () => {
  const person = await servers.person()
  await servers.control.reachLimit(person.user.id)
  const {response} = await person.claudeCaller.askAnew()
  const body: unknown = await response.json()
  expect(response.status).toBe(429)
  expect(decodeValue(claudeError, body).error.type).toBe('rate_limit_error')
  const limit = limitIn(body)
  expect(limit).toMatchObject({type: 'exceeded_limit', remaining: 0, windows: {'5h': {utilization: 1.14}}})
  expect(limit!.resetsAt! * 1_000 - Date.now()).toBeGreaterThan(HOUR_MS - 60_000)
  await servers.control.turnClock(HOUR_MS)
  expect((await person.claudeCaller.askAnew()).response.status).toBe(200)
})

test('[TG14] an answer that ends over the limit says so before its end, any other says it is within', async () => {
  const limitsOf = async (isReached: boolean) => {
    const person = await servers.person(isReached ? {model: slow} : {})
    const {response} = await person.claudeCaller.askAnew()
    if (isReached) await servers.control.reachLimit(person.user.id)
    const events = await Array.fromAsync(completionEventsOf(response))
    return events
      .slice(-2)
      .map((event) => (event.type === 'message_limit' ? event.message_limit.type : event.type))
  }
  expect(await limitsOf(false)).toEqual(['within_limit', 'message_stop'])
  expect(await limitsOf(true)).toEqual(['exceeded_limit', 'message_stop'])
})

test('[TG14] a limit is read in all three forms that were seen, and in nothing else', () => {
  const limit = {
    type: 'exceeded_limit',
    resetsAt: 1,
    remaining: 0,
    perModelLimit: null,
    representativeClaim: null,
    overageDisabledReason: null,
    overageInUse: false,
    windows: {},
  }
  const worded = (message: string) => ({type: 'error', error: {type: 'rate_limit_error', message}})
  for (const body of [limit, {error: limit}, worded(JSON.stringify(limit))])
    expect(limitIn(body)).toMatchObject(limit)
  for (const body of [null, 'text', {}, worded('Too many'), worded('{}'), {error: {type: 'exceeded_limit'}}])
    expect(limitIn(body)).toBe(null)
})
