/** Every message that the servers of this project can say has a rule that says what it may be about. */
import {expect, test} from 'vitest'
import {CARRIAGES} from '#protocol/carriage.ts'
import {channelMessages} from '../../servers/celsius/channel-messages.ts'
import {answer, commits, completes} from '../../servers/celsius/test-channel.ts'
import type {ConversationEvent} from '../../servers/conversation/conversation-event.ts'
import {maybeAbout, wordsOf} from './frame-words.ts'
import {messageFrame, push} from './test-captures.ts'

const of = {userId: 'ada', conversationId: 'c1'} as const
const message = answer('m2', 'x')
const task = {...of, type: 'task', taskId: 't', message} as const
const EVENTS: readonly ConversationEvent[] = [
  {...of, type: 'conversation-created', title: 't'},
  {...of, type: 'title-updated', title: 't'},
  {...of, type: 'conversation-deleted'},
  commits('ada', 'm1'),
  completes('ada', 'm2'),
  {...of, type: 'turn-completed', turnId: 't1', message, handoff: true},
  {
    ...of,
    type: 'turn-item',
    turnId: 't1',
    messageId: 'm2',
    itemId: 'i',
    parentItemId: null,
    encodedItem: 'data: {}\n\n',
    chars: 1,
    handoff: true,
  },
  ...(['started', 'progressed', 'completed', 'stopped'] as const).map(
    (phase) => ({...task, of: 'background', phase}) as const,
  ),
  {...task, of: 'scheduled', phase: 'completed'},
  {...of, type: 'approval', approvalId: 'a', phase: 'asked', messageId: 'm2'},
]

test.each(CARRIAGES)('[TG25] under %s every frame of ours has a rule', (carriage) => {
  const frames = EVENTS.flatMap((event) => channelMessages(carriage, event, 1)).map(({payload, topic}) =>
    messageFrame(payload, topic),
  )
  expect(frames.length).toBeGreaterThan(8)
  const lawless = frames
    .map((frame) => wordsOf('celsius', frame))
    .filter((words) => words === null || maybeAbout('celsius', words.type) === null)
  expect(lawless).toEqual([])
})

test('[TG25] a push says its method and its category, and which message it names', () => {
  expect(wordsOf('fcm', push('p1', 'OpenChat', 'completion', 'm1'))).toMatchObject({
    type: 'OpenChat (completion)',
    messageIds: ['m1'],
  })
  expect(wordsOf('fcm', 'no JSON')).toEqual({type: 'push', conversationId: null, messageIds: []})
})

test('[TG25] replies, keep-alives and what cannot be read are none', () => {
  expect(
    ['[]', '[{"id":1,"type":"reply","reply":{"type":"presence"}}]', 'x'].map((raw) =>
      wordsOf('celsius', raw),
    ),
  ).toEqual([null, null, null])
  expect(wordsOf('celsius', '{"type":"conversation-turn-handoff-control","payload":{}}')?.type).toBe(
    'conversation-turn-handoff-control',
  )
})

test('[TG22] an event of an answer is called by its name, or by what its data says', () => {
  const typeOf = (raw: string) => wordsOf('answer-stream', raw)?.type
  expect(typeOf('event: delta\ndata: {"v":1}\n\n')).toBe('delta')
  expect(typeOf('data: {"type":"input_message","x":1}\n\n')).toBe('input_message')
  expect(typeOf('data: [DONE]\n\n')).toBe('data')
})
