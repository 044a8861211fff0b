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
    for (const event of [commits('ada', 'm1'), item(true), end(true)]) {
      for (const {payload} of channelMessages(carriage, event, 1)) {
        expect(readPayload(JSON.parse(JSON.stringify(payload)))).toEqual(payload)
      }
    }
  }
})
