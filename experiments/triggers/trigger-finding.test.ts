/** Which frame came of which trigger: small histories told by hand. */
import {describe, expect, test} from 'vitest'
import {forwards, historyOf, opens, says, sends, windowCloses, type Told} from '../history/history-builder.ts'
import {triggerDifferences} from './differences.ts'
import {
  booked,
  captured,
  committed,
  newTitle,
  pulls,
  push,
  pushed,
  refetch,
  turnComplete,
} from './test-captures.ts'
import {triggerFindings} from './trigger-finding.ts'
import {triggerSamples} from './trigger-samples.ts'

const cell = (platform: string, ...told: readonly Told[]) =>
  historyOf([opens(1, 'A'), opens(1, 'B'), pulls(10), ...told, windowCloses(5_000)], {cell: {platform}})

/** Each in a word: what happened, and what came of it after how long. */
const found = (...told: readonly Told[]) => foundOn('chatgpt', ...told)
const foundOn = (platform: string, ...told: readonly Told[]) =>
  triggerFindings(cell(platform, ...told))
    .filter(({channel}) => channel !== 'answer-stream')
    .map(({cause, frames}) => [cause, ...frames.map(({type, afterMs}) => `${type} ${afterMs}`)].join(', '))

const turn = [sends(99, 'A', 'm1'), committed(100, 'm1'), committed(900, 'm2', 'assistant', 'm1')]

describe('[TG24] the moment', () => {
  test('of a message is who sent it: a tab, in a new conversation or not, or none', () => {
    expect(found(sends(99, 'A', 'm1'), committed(100, 'm1'))).toEqual(['message sent'])
    expect(found(sends(99, 'A', 'm1'), committed(100, 'm1', 'user', null))).toEqual(['first message sent'])
    expect(found(committed(100, 'm1'))).toEqual(['sent on another device'])
    const first = [sends(99, 'A', 'm1'), committed(100, 'm1', 'user', null)]
    expect(found(...first, booked(200, {kind: 'appended', messageId: 'm2', chars: 1}))).toEqual([
      'first message sent',
      'first answer goes on',
    ])
    expect(found(...first, committed(900, 'm2', 'assistant', 'm1'))).toEqual([
      'first message sent',
      'first turn complete',
    ])
  })

  test('of an answer is whether a stop ended it', () => {
    expect(found(...turn)).toEqual(['message sent', 'turn complete'])
    expect(found(...turn, booked(900, {kind: 'stopped', messageId: 'm2'}))).toEqual([
      'message sent',
      'stopped',
    ])
  })

  test('of a title is whether a person gave it', () => {
    const renamed = booked(200, {kind: 'renamed', titleHash: '#t'})
    const asked = says(190, 'A', {kind: 'acted', act: 'renamed', messageId: null, parentId: null})
    expect(found(renamed)).toEqual(['title given'])
    expect(found(asked, renamed)).toEqual(['renamed'])
  })

  test('of a task is its own line; what it writes is no answer of a turn', () => {
    const task = (at: number, phase: 'started' | 'progressed' | 'completed') =>
      booked(at, {kind: 'task', taskId: 't', of: 'background', phase})
    const write = (at: number) => booked(at, {kind: 'appended', messageId: 'm9', chars: 5})
    expect(
      found(
        ...turn,
        task(1_000, 'started'),
        write(1_500),
        task(1_500, 'progressed'),
        write(2_000),
        committed(2_000, 'm9', 'assistant'),
        task(2_000, 'completed'),
      ),
    ).toEqual(['message sent', 'turn complete', 'task started', 'task progressed', 'task done'])
  })

  test('of a scheduled task is that it falls due, whatever it writes', () => {
    const task = (at: number, phase: 'planned' | 'started' | 'completed') =>
      booked(at, {kind: 'task', taskId: 't', of: 'scheduled', phase})
    const said = [
      task(100, 'planned'),
      task(300, 'started'),
      committed(300, 'm8'),
      committed(300, 'm9', 'assistant', 'm8'),
      task(300, 'completed'),
    ]
    expect(found(...said)).toEqual(['scheduled task'])
  })

  test('is none before the first trigger was pulled', () => {
    const early = historyOf([opens(1, 'B'), committed(5, 'm0'), pulls(10)])
    expect(triggerFindings(early)).toEqual([])
    expect(triggerFindings(historyOf([opens(1, 'B'), committed(5, 'm0')]))).toEqual([])
  })
})

describe('[TG25] a frame belongs', () => {
  test('to the last moment that its type may be about', () => {
    expect(found(...turn, captured(903, turnComplete))).toEqual([
      'message sent',
      'turn complete, conversation-turn-complete 3',
    ])
  })

  test('not to what happened at the same time and is of another kind', () => {
    const both = [...turn, booked(900, {kind: 'renamed', titleHash: '#t'})]
    expect(found(...both, captured(902, newTitle), captured(904, turnComplete))).toEqual([
      'message sent',
      'turn complete, conversation-turn-complete 4',
      'title given, conversation-history-update 2',
    ])
  })

  test('to the message that it names, be it late', () => {
    const hint = (pushId: string, id: string) => push(pushId, 'ConversationChanged', 'tabwitness_sync', id)
    expect(foundOn('claude', ...turn, pushed(905, hint('p2', 'm2')), pushed(910, hint('p1', 'm1')))).toEqual([
      'message sent, ConversationChanged (tabwitness_sync) 810',
      'turn complete, ConversationChanged (tabwitness_sync) 5',
    ])
  })

  test('to the last moment of all, where nobody knows its type', () => {
    const strange = '[{"type":"message","topic_id":"t","payload":{"type":"calpico-message-add"}}]'
    expect(found(...turn, captured(950, strange))).toEqual([
      'message sent',
      'turn complete, calpico-message-add 50',
    ])
  })

  test('to none, where it is a reply, a keep-alive, the other way or another tab’s', () => {
    const reply = '[{"id":1,"type":"reply","reply":{"type":"presence"}}]'
    const frames = [captured(950, reply), captured(951, '[]'), captured(952, turnComplete, {tab: 'A'})]
    expect(found(...turn, ...frames, captured(953, turnComplete, {direction: 'to-server'}))).toEqual([
      'message sent',
      'turn complete',
    ])
  })

  test('to an answer that goes on, each to its own token', () => {
    const item = (n: number) =>
      JSON.stringify([
        {
          type: 'message',
          topic_id: 'conversation-c',
          payload: {
            type: 'conversation-turn-stream',
            payload: {
              type: 'stream-item',
              conversation_id: 'c',
              turn_id: 't',
              encoded_item: `data: ${n}\n\n`,
              stream_item_id: `i${n}`,
              parent_stream_item_id: null,
              server_timestamp_ms: n,
            },
          },
        },
      ])
    const writes = (at: number, chars: number) => booked(at, {kind: 'appended', messageId: 'm2', chars})
    const [, going] = triggerFindings(
      cell(
        'chatgpt',
        ...turn,
        writes(200, 1),
        captured(202, item(1)),
        writes(300, 2),
        captured(303, item(2)),
      ),
    )
    expect(going).toMatchObject({cause: 'answer goes on', moments: 2, frames: [{afterMs: 2}, {afterMs: 3}]})
  })
})

describe('[TG26] what a trigger made a channel say', () => {
  test('is timed from the ledger; a push says what became of it', () => {
    const notice = push('p1', 'OpenChat', 'completion', 'm2')
    const findings = triggerFindings(
      cell('claude', ...turn, pushed(909, notice), forwards(910, 'laptop', 'p1')),
    )
    expect(findings.find(({cause}) => cause === 'turn complete')).toMatchObject({
      channel: 'fcm',
      frames: [{type: 'OpenChat (completion)', bytes: notice.length, afterMs: 9, fate: 'forwarded'}],
    })
  })

  test('is nothing within the time that it was watched', () => {
    const [sent, complete] = triggerFindings(cell('chatgpt', ...turn))
    expect([sent?.watchedMs, complete?.watchedMs]).toEqual([800, 4_100])
    expect(triggerSamples(cell('chatgpt', ...turn, captured(903, turnComplete)))).toMatchObject([
      {valueMs: 800, censored: true, about: {cause: 'message sent'}},
      {valueMs: 3, censored: false, about: {cause: 'turn complete', bytes: turnComplete.length}},
    ])
  })

  test('[TG22] is told of the answer’s stream apart', () => {
    const event = 'event: delta\ndata: {"v":"a"}\n\n'
    const stream = captured(130, event, {channel: 'answer-stream', tab: 'A'})
    const [own] = triggerFindings(cell('chatgpt', ...turn, stream)).filter(
      ({channel}) => channel === 'answer-stream',
    )
    expect(own).toMatchObject({cause: 'message sent', frames: [{type: 'delta', afterMs: 30}]})
  })
})

describe('[TG27] against what was predicted', () => {
  const differ = (...told: readonly Told[]) =>
    triggerDifferences(
      {'message sent': 'silent', 'turn complete': 'speaks'},
      triggerFindings(cell('chatgpt', ...turn, ...told)),
    )

  test('as predicted is no difference', () => {
    expect(differ(captured(903, turnComplete))).toEqual([])
  })

  test('a frame where none was to be, and none where one was to be, are surprises with their lines', () => {
    expect(differ(captured(110, refetch))).toMatchObject([
      {note: expect.stringMatching(/silent about: message sent, .*refetch.*lines/), isWorse: false},
      {
        note: expect.stringMatching(/says nothing within 4100 ms of this: turn complete \(line/),
        isWorse: true,
      },
    ])
  })
})
