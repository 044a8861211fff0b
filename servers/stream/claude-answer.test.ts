import * as fc from 'fast-check'
import {expect, test} from 'vitest'
import {readCompletionEvent, type CompletionEvent} from '#protocol/claude/completion-event.ts'
import {
  beginClaudeAnswer,
  breakClaudeAnswer,
  cancelClaudeAnswer,
  completeClaudeAnswer,
  completionSse,
  writeClaudeAnswer,
  type ClaudeAnswerFacts,
} from './claude-answer.ts'
import {withinLimit} from './message-limit.ts'

const AT = '2026-11-21T00:00:00.000Z'
const LIMIT = withinLimit({inFiveHours: 1, inSevenDays: 2})
const facts: ClaudeAnswerFacts = {
  answerId: '00000000-0000-7000-8000-00000000000a',
  parentId: '00000000-0000-7000-8000-00000000000b',
  isNewConversation: false,
  discardedParentId: null,
  thinks: false,
  summary: null,
  completionId: 'chatcompl_1',
  traceId: '0'.repeat(32),
  requestId: 'req_1',
}

/** The whole stream of an answer that came in these pieces. */
function stream(pieces: readonly string[], about: Partial<ClaudeAnswerFacts> = {}): CompletionEvent[] {
  const first = beginClaudeAnswer({...facts, ...about}, AT)
  const events = [...first.events]
  let {progress} = first
  for (const piece of pieces.slice(0, -1)) {
    const step = writeClaudeAnswer(progress, piece, AT)
    events.push(...step.events)
    progress = step.progress
  }
  return [...events, ...completeClaudeAnswer(progress, pieces.at(-1) ?? '', AT, LIMIT)]
}

const inWords = (events: readonly CompletionEvent[]) =>
  events.map((event) => {
    if (event.type === 'content_block_start') return `start ${event.content_block.type} ${event.index}`
    if (event.type === 'content_block_delta') return `${event.delta.type} ${event.index}`
    if (event.type === 'content_block_stop') return `stop ${event.index}`
    return event.type
  })
const THE_END = ['message_delta', 'message_limit', 'message_stop']

test('[CL17] an answer is one text block, its limit told before its end', () => {
  expect(inWords(stream(['Hel', 'lo', '!']))).toEqual([
    'message_start',
    'start text 0',
    ...Array(3).fill('text_delta 0'),
    'stop 0',
    ...THE_END,
  ])
})

test('[CL17] a thinking block comes first, even when it stays empty', () => {
  const after = ['stop 0', 'start text 1', 'text_delta 1', 'stop 1', ...THE_END]
  expect(inWords(stream(['Hi'], {thinks: true, isNewConversation: true}))).toEqual([
    'conversation_ready',
    'message_start',
    'start thinking 0',
    ...after,
  ])
  expect(inWords(stream(['Hi'], {thinks: true, summary: 'Greeting'}))).toEqual([
    'message_start',
    'start thinking 0',
    'thinking_summary_delta 0',
    ...after,
  ])
})

test('[CL43] a cancelled answer closes what is open and says why', () => {
  for (const thinks of [true, false]) {
    const {progress} = beginClaudeAnswer({...facts, thinks}, AT)
    const events = cancelClaudeAnswer(progress, AT, LIMIT)
    expect(inWords(events)).toEqual(['stop 0', ...THE_END])
    expect(events[1]).toMatchObject({delta: {stop_reason: 'user_canceled'}})
  }
})

test('[CL17] [CL18] however it is cut and padded, a page reads the text that was written', () => {
  fc.assert(
    fc.property(
      fc.array(fc.string({unit: 'binary'}), {minLength: 1, maxLength: 9}),
      fc.nat(63),
      fc.boolean(),
      (pieces, spaces, thinks) => {
        const read = stream(pieces, {thinks}).map((event) => {
          const sse = completionSse(event, spaces)
          expect([sse.data.includes('\n'), sse.data.length]).toEqual([
            false,
            JSON.stringify(event).length + spaces,
          ])
          return readCompletionEvent(sse)
        })
        const texts = read.map((one) =>
          one.kind === 'event' &&
          one.event.type === 'content_block_delta' &&
          one.event.delta.type === 'text_delta'
            ? one.event.delta.text
            : '',
        )
        expect(read.map(({kind}) => kind)).toEqual(read.map(() => 'event'))
        expect(texts.join('')).toBe(pieces.join(''))
      },
    ),
    {numRuns: 30},
  )
})

test('[CL19] [CL50] a broken answer ends with an error event that a page can read', () => {
  expect(readCompletionEvent(completionSse(breakClaudeAnswer(), 3))).toMatchObject({
    kind: 'event',
    event: {type: 'error', error: {type: 'api_error', details: {error_code: 'completion_failed'}}},
  })
})

test('[CL17] events that a page has no use for are told apart from those nobody knows', () => {
  expect(readCompletionEvent({event: 'ping', data: '{}'})).toEqual({kind: 'ignored', name: 'ping'})
  expect(readCompletionEvent({event: 'new_thing', data: '{}'})).toEqual({kind: 'unknown', name: 'new_thing'})
  expect(readCompletionEvent({data: '{}'})).toEqual({kind: 'unknown', name: ''})
  expect(() => readCompletionEvent({event: 'message_start', data: '{"type":"message_start"}'})).toThrow(
    'bad-shape',
  )
})
