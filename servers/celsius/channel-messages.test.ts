import {expect, test} from 'vitest'
import {CARRIAGES, type Carriage} from '#protocol/carriage.ts'
import {readPayload} from '#protocol/celsius-payload.ts'
import type {ConversationEvent} from '../conversation/conversation-event.ts'
import {channelMessages} from './channel-messages.ts'
import {answer, commits, completes} from './test-channel.ts'

const of = {userId: 'ada', conversationId: 'c1', turnId: 't1', messageId: 'm2'} as const
const item = (handoff: boolean): ConversationEvent => ({
  ...of,
  type: 'turn-item',
  itemId: 'i1',
  parentItemId: null,
  encodedItem: 'data: {}\n\n',
  chars: 1,
  handoff,
})
const end = (handoff: boolean): ConversationEvent => ({
  ...of,
  type: 'turn-completed',
  message: answer('m2', 'x'),
  handoff,
})
const begin: ConversationEvent = {...of, type: 'turn-started', message: answer('m2', ''), handoff: false}

/** Each announcement in a word: topic and payload, and what the ledger will say it carries. */
const said = (carriage: Carriage, event: ConversationEvent) =>
  channelMessages(carriage, event, 1).map(({topic, payload, carries}) => {
    const inner = 'payload' in payload && 'type' in payload.payload ? `/${payload.payload.type}` : ''
    return `${topic} ${payload.type}${inner} (${carries})`
  })

const COMPLETE = 'conversations conversation-turn-complete (completion)'
const REFETCH = 'conversations conversation-update (hint)'
const UPSERT = 'conversation-c1 conversation-updates (content)'
const STREAM = 'conversation-turn-stream'

test.each<[string, ConversationEvent, Record<Carriage, readonly string[]>]>([
  ['a committed message', commits('ada', 'm1'), {observed: [], hint: [REFETCH], content: [UPSERT]}],
  ['a beginning answer', begin, {observed: [], hint: [], content: []}],
  [
    'a token',
    item(false),
    {observed: [], hint: [], content: [`conversation-c1 ${STREAM}/stream-item (content)`]},
  ],
  [
    'a finished answer',
    completes('ada', 'm2'),
    {
      observed: [COMPLETE],
      hint: [REFETCH, COMPLETE],
      content: [UPSERT, `conversation-c1 ${STREAM}/done (content)`, COMPLETE],
    },
  ],
  [
    'a token of a handed-off answer',
    item(true),
    {
      observed: [`conversation-turn-t1 ${STREAM}/stream-item (content)`],
      hint: [`conversation-turn-t1 ${STREAM}/stream-item (content)`],
      content: [
        `conversation-turn-t1 ${STREAM}/stream-item (content)`,
        `conversation-c1 ${STREAM}/stream-item (content)`,
      ],
    },
  ],
  [
    'a finished handed-off answer',
    end(true),
    {
      observed: [`conversation-turn-t1 ${STREAM}/done (content)`, COMPLETE],
      hint: [`conversation-turn-t1 ${STREAM}/done (content)`, REFETCH, COMPLETE],
      content: [
        UPSERT,
        `conversation-turn-t1 ${STREAM}/done (content)`,
        `conversation-c1 ${STREAM}/done (content)`,
        COMPLETE,
      ],
    },
  ],
])('[CA1] [CA2] [CA3] %s', (_name, event, expected) => {
  for (const carriage of CARRIAGES) expect(said(carriage, event)).toEqual(expected[carriage])
})

const task = (
  kind: 'background' | 'scheduled',
  phase: 'planned' | 'started' | 'progressed' | 'completed' | 'stopped',
): ConversationEvent => ({...of, type: 'task', taskId: 'k1', of: kind, phase, message: answer('m2', 'x')})

const updatesOf = (carriage: Carriage, event: ConversationEvent) =>
  channelMessages(carriage, event, 1).flatMap(({topic, payload}) =>
    topic === 'conversations' && payload.type === 'conversation-update' ? [payload.payload] : [],
  )

test('[TG3] [CE32] a background task is told in the observed updates, under every carriage', () => {
  const ofConversation = {conversation_id: 'c1'}
  const withMessage = {update_content: {message: answer('m2', 'x')}}
  const status = (conversation_async_status: number) => ({
    ...ofConversation,
    update_type: 'set-conversation-async-status',
    update_content: {conversation_async_status},
  })
  const done = [{...ofConversation, update_type: 'async-task-completed', ...withMessage}, status(4)]
  for (const carriage of CARRIAGES) {
    expect(updatesOf(carriage, task('background', 'started'))).toEqual([
      {...ofConversation, update_type: 'async-task-start'},
      status(3),
    ])
    expect(updatesOf(carriage, task('background', 'progressed'))).toEqual([
      {...ofConversation, update_type: 'async-task-update-message', ...withMessage},
    ])
    for (const phase of ['completed', 'stopped'] as const)
      expect(updatesOf(carriage, task('background', phase)).slice(0, 2)).toEqual(done)
  }
})

test('[TG4] a scheduled task is told once, when it has written', () => {
  for (const phase of ['planned', 'started'] as const)
    expect(channelMessages('content', task('scheduled', phase), 1)).toEqual([])
  expect(updatesOf('observed', task('scheduled', 'completed'))).toEqual([
    {
      conversation_id: 'c1',
      update_type: 'async-task-insert-message',
      update_content: {message: answer('m2', 'x')},
    },
  ])
})

test('[TG3] [TG4] [CA2] [CA3] what a task has committed is hinted at or carried as any commit is', () => {
  for (const kind of ['background', 'scheduled'] as const) {
    const more = CARRIAGES.map((carriage) =>
      said(carriage, task(kind, 'completed')).slice(kind === 'background' ? 2 : 1),
    )
    expect(more).toEqual([[], [REFETCH], [UPSERT]])
  }
})

test('[TG3] the ledger says what a frame of a task carried: the message, a hint at it, or none', () => {
  const carried = [
    task('background', 'started'),
    task('background', 'progressed'),
    task('scheduled', 'completed'),
  ]
  expect(
    carried.map((event) =>
      channelMessages('observed', event, 1).map(({carries, messageIds}) => [carries, ...messageIds]),
    ),
  ).toEqual([[['lifecycle'], ['lifecycle']], [['content', 'm2']], [['hint', 'm2']]])
})

test('[TG12] nothing is said of an approval', () => {
  const approval: ConversationEvent = {...of, type: 'approval', approvalId: 'a1', phase: 'asked'}
  for (const carriage of CARRIAGES) expect(channelMessages(carriage, approval, 1)).toEqual([])
})

test('[CE31] the list hears of new, renamed and deleted conversations under every carriage', () => {
  const news: readonly ConversationEvent[] = [
    {...of, type: 'conversation-created', title: 'New chat'},
    {...of, type: 'title-updated', title: 'Tea'},
    {...of, type: 'conversation-deleted'},
  ]
  for (const carriage of CARRIAGES) {
    expect(news.flatMap((event) => said(carriage, event))).toEqual([
      'conversations conversation-created (lifecycle)',
      'conversations conversation-history-update (lifecycle)',
      'conversations conversation-deleted (lifecycle)',
    ])
  }
})

test('[CE37] only `conversations` under `observed` is not numbered', () => {
  const numbered = CARRIAGES.map((carriage) =>
    channelMessages(carriage, end(true), 1).map((each) => each.numbered),
  )
  expect(numbered).toEqual([
    [true, false],
    [true, true, true],
    [true, true, true, true],
  ])
})

test('[CE39] everything that is announced can be read', () => {
  for (const carriage of CARRIAGES) {
    const tasks = [
      task('background', 'started'),
      task('background', 'completed'),
      task('scheduled', 'completed'),
    ]
    for (const event of [commits('ada', 'm1'), item(true), end(true), ...tasks]) {
      for (const {payload} of channelMessages(carriage, event, 1)) {
        expect(readPayload(JSON.parse(JSON.stringify(payload)))).toEqual(payload)
      }
    }
  }
})
