import {afterEach, beforeEach, expect, test, vi} from 'vitest'
import type {User} from '../accounts/user.ts'
import {ConversationStore} from '../conversation/conversation-store.ts'
import {createPublisher} from '../conversation/publisher.ts'
import {defaultModelSettings} from '../model/model-settings.ts'
import {createAnswerWriter} from './chatgpt/answer-writer.ts'
import {toWire} from './chatgpt/wire-message.ts'
import {runTurn} from './running-turn.ts'

const settings = {
  carriage: 'observed',
  channelDelayMs: 0,
  replicaLagMs: 0,
  model: defaultModelSettings,
} as const
const user: User = {id: 'u', accountId: 'a', organizationId: 'o', name: 'n', bearer: 'b', settings}
const turn = {id: 't', conversationId: 'c', answerId: 'answer'}

let store: ConversationStore
let told: string[]
beforeEach(() => {
  vi.useFakeTimers()
  told = []
  store = new ConversationStore(':memory:')
  store.create({id: 'c', userId: 'u', title: ''})
  store.beginTurn(turn)
})
afterEach(() => {
  vi.useRealTimers()
  store.close()
})

function run(onEnd = () => {}) {
  const answer = store.addMessage({
    id: 'answer',
    conversationId: 'c',
    parentId: null,
    role: 'assistant',
    text: '',
    status: 'in_progress',
    turnId: 't',
    model: 'scripted',
  })
  const publisher = createPublisher({
    record: ({kind}) => told.push(kind),
    announce: async (_, event) => void told.push(event.type),
    now: () => 0,
  })
  const running = runTurn({
    store,
    publisher,
    user,
    answer,
    turnId: 't',
    handoff: false,
    title: null,
    onEnd,
    plan: {
      firstTokenDelayMs: 10,
      tokensPerSecond: 100,
      tokens: ['one', ' two'],
    },
    writer: createAnswerWriter(
      {
        conversationId: 'c',
        turnId: 't',
        resumeToken: 'token',
        input: null,
        model: 'scripted',
        title: null,
        answer: toWire(answer),
        limitsResetAt: '',
      },
      () => null,
    ),
  })
  const said: string[] = []
  running.buffer.follow(0, {event: (text) => said.push(text), end: (how) => said.push(how)})
  return {running, said}
}

test('[LE2] what is out is in the ledger first, and announced before the turn is said to be over', () => {
  const {said} = run()
  told = []
  vi.runAllTimers()
  const runs = told.filter((one, index) => one !== told[index - 1])
  expect(runs).toEqual(['appended', 'turn-item', 'appended', 'committed', 'turn-item', 'turn-completed'])
  expect(said.at(-1)).toBe('done')
})

test('[TU12] when the store breaks, the turn ends with an error frame and the server lives', () => {
  const onEnd = vi.fn()
  const {said, running} = run(onEnd)
  vi.spyOn(store, 'writeOn').mockImplementation(() => {
    throw new Error('disk full')
  })
  vi.runAllTimers()
  expect(said.at(-2)).toMatch(/^data: \{"error":/)
  expect([said.at(-1), running.buffer.ended]).toEqual(['cut', 'cut'])
  expect(store.turn('t')?.state).toEqual({name: 'failed'})
  expect(onEnd).toHaveBeenCalledOnce()
})

test('[ST1] [ST5] between asking and obeying, a stop reads as requested', () => {
  const {running} = run()
  vi.advanceTimersByTime(10)
  running.stop()
  expect(store.turn('t')?.state).toEqual({name: 'stop-requested'})
  vi.runAllTimers()
  expect(store.turn('t')?.state).toEqual({name: 'stopped'})
  expect(store.message('c', 'answer')).toMatchObject({text: 'one', status: 'stopped'})
})

test('[TG12] a turn that is held says nothing of its answer until it goes on, and then all that was written', () => {
  const {running, said} = run()
  vi.advanceTimersByTime(10)
  running.hold([{event: 'tool_approval', data: '{}'}])
  const before = said.length
  vi.runAllTimers()
  expect([said.length, said.at(-1)]).toEqual([before, 'event: tool_approval\ndata: {}\n\n'])
  expect([store.turn('t')?.state, store.message('c', 'answer')?.text]).toEqual([{name: 'streaming'}, 'one'])
  running.goOn()
  expect([said.at(-1), store.message('c', 'answer')?.text]).toEqual(['done', 'one two'])
  running.hold([{data: 'late'}])
  running.goOn()
  expect(said.at(-1)).toBe('done')
})

test('[TG12] a turn that is held can be stopped', () => {
  const {running, said} = run()
  vi.advanceTimersByTime(10)
  running.hold([])
  running.stop()
  vi.runAllTimers()
  running.goOn()
  expect([said.at(-1), store.message('c', 'answer')]).toMatchObject(['cut', {text: 'one', status: 'stopped'}])
})

test('an abandoned turn writes and says nothing more', () => {
  const {running, said} = run()
  running.abandon()
  told = []
  vi.runAllTimers()
  expect([told, said.at(-1)]).toEqual([[], 'cut'])
})
