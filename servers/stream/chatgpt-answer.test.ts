import * as fc from 'fast-check'
import {describe, expect, test} from 'vitest'
import type {Message} from '#protocol/conversation.ts'
import {createDeltaDecoder} from '#protocol/delta-decoder.ts'
import type {Delta} from '#protocol/delta.ts'
import {countsTowardsOffset, readTurnEvent} from '#protocol/turn-event.ts'
import {beginAnswer, completeAnswer, done, handOff, writeAnswer, type AnswerFacts} from './chatgpt-answer.ts'
import type {SseEvent} from './sse-text.ts'

const message = (id: string, role: 'user' | 'assistant'): Message => ({
  id,
  author: {role},
  create_time: 1,
  content: {content_type: 'text', parts: ['']},
  status: role === 'user' ? 'finished_successfully' : 'in_progress',
  end_turn: null,
  channel: role === 'user' ? null : 'final',
  recipient: 'all',
  metadata: {},
})

const facts: AnswerFacts = {
  conversationId: 'c',
  turnId: 't',
  resumeToken: 'token',
  input: message('m1', 'user'),
  answer: message('m2', 'assistant'),
  model: 'scripted',
  title: 'Title',
  limitsResetAt: '2026-11-21T00:00:00.000Z',
}

/** The whole stream of an answer that came in these pieces. */
function stream(pieces: readonly string[], about: AnswerFacts = facts): SseEvent[] {
  const first = beginAnswer(about)
  const events = [...first.events]
  let {progress} = first
  for (const piece of pieces.slice(0, -1)) {
    const step = writeAnswer(progress, piece)
    events.push(...step.events)
    progress = step.progress
  }
  return [...events, ...completeAnswer(progress, pieces.at(-1) ?? '', null)]
}

const deltasOf = (events: readonly SseEvent[]) =>
  events.filter(({event}) => event === 'delta').map(({data}) => JSON.parse(data) as Delta)

describe('an answer', () => {
  test('[DE6] [TU10] the first append says path and operation, the next only its text, the end is a patch', () => {
    expect(deltasOf(stream(['Hel', 'lo', ' you', '!']))).toEqual([
      {p: '', o: 'add', c: 0, v: {message: facts.answer, conversation_id: 'c', error: null}},
      {p: '/message/content/parts/0', o: 'append', v: 'Hel'},
      {v: 'lo'},
      {v: ' you'},
      {
        p: '',
        o: 'patch',
        v: [
          {p: '/message/content/parts/0', o: 'append', v: '!'},
          {p: '/message/status', o: 'replace', v: 'finished_successfully'},
          {p: '/message/end_turn', o: 'replace', v: true},
          {p: '/message/metadata', o: 'append', v: {finish_details: {type: 'stop'}}},
        ],
      },
    ])
  })

  test('[DE9] read back, it is the text that was written, finished', () => {
    fc.assert(
      fc.property(fc.array(fc.string({unit: 'grapheme'}), {minLength: 1, maxLength: 12}), (pieces) => {
        const decoder = createDeltaDecoder()
        const roots = deltasOf(stream(pieces)).map((delta) => structuredClone(decoder.apply(delta).root))
        expect(roots.at(-1)).toMatchObject({
          message: {content: {parts: [pieces.join('')]}, status: 'finished_successfully', end_turn: true},
        })
      }),
      {numRuns: 50},
    )
  })

  test('[RS2] every event can be read by a page and counts, only the end of the stream does not', () => {
    const events = stream(['a', 'b'])
    expect(events.map((event) => countsTowardsOffset(readTurnEvent(event)))).toEqual(events.map(() => true))
    expect(countsTowardsOffset(readTurnEvent(done))).toBe(false)
  })

  test('[TU10] a later turn brings no title, an answer to an old message no input', () => {
    const text = JSON.stringify(stream(['a'], {...facts, title: null, input: null}))
    expect(text).not.toContain('title_generation')
    expect(text).not.toContain('input_message')
  })

  test('[TU11] a hand-off names the topic, twice, and ends', () => {
    const events = handOff(facts)
    expect(events).toHaveLength(4)
    expect(JSON.parse(events[2]!.data)).toEqual({
      type: 'stream_handoff',
      conversation_id: 'c',
      turn_exchange_id: 't',
      options: [
        {type: 'resume_sse_endpoint', topic_id: 'conversation-turn-t'},
        {type: 'subscribe_ws_topic', topic_id: 'conversation-turn-t'},
      ],
    })
    expect(events[3]).toEqual(done)
  })
})
