import {mkdtempSync, rmSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {afterEach, beforeEach, expect, test} from 'vitest'
import type {User} from '../accounts/user.ts'
import {ConversationStore} from '../conversation/conversation-store.ts'
import {createPublisher, type StoredEvent} from '../conversation/publisher.ts'
import {defaultModelSettings} from '../model/model-settings.ts'
import {createScheduler, type Scheduler} from './scheduler.ts'
import {createTasks} from './tasks.ts'

const settings = {
  carriage: 'observed',
  channelDelayMs: 0,
  replicaLagMs: 0,
  model: defaultModelSettings,
} as const
const user: User = {id: 'u', accountId: 'a', organizationId: 'o', name: 'n', bearer: 'b', settings}

let store: ConversationStore
let scheduler: Scheduler
let told: string[]
let announced: StoredEvent[]

beforeEach(() => {
  store = new ConversationStore(':memory:')
  store.create({id: 'c', userId: 'u', title: ''})
  scheduler = createScheduler({wallMs: () => 0, setTimer: () => () => {}})
  told = []
  announced = []
})
afterEach(() => store.close())

function tasksOf(showsBegun: boolean) {
  let count = 0
  const publisher = createPublisher({
    record: (event) => told.push(event.kind === 'task' ? `${event.of} ${event.phase}` : event.kind),
    announce: async (_, event) => void announced.push(event),
    now: () => 0,
  })
  return createTasks({store, publisher, scheduler, newMessageId: () => `id-${++count}`, showsBegun})
}
const stateOf = (id: string) => store.message('c', id)?.status
const lastAnnounced = () => {
  const event = announced.at(-1)
  return event?.type === 'task' ? event.message : undefined
}

test('[TG2] [LE10] a result that is shown from the beginning grows, and is committed once, at its end', () => {
  const tasks = tasksOf(true)
  const taskId = tasks.start(user, 'c')
  const answerId = store.find('c', 'u')!.leafId!
  expect([stateOf(answerId), store.turn(taskId)?.state.name]).toEqual(['in_progress', 'streaming'])
  const lengths = [1, 2, 3].map(() => {
    tasks.progress(taskId)
    return lastAnnounced()!.text.length
  })
  expect(lengths).toEqual([...new Set(lengths)].toSorted((a, b) => a - b))
  expect(told).not.toContain('committed')
  tasks.complete(taskId)
  expect(lastAnnounced()).toEqual(store.message('c', answerId))
  expect(lastAnnounced()).toMatchObject({status: 'complete', turnId: taskId})
  expect(lastAnnounced()!.text.length).toBeGreaterThan(lengths.at(-1)!)
  const progress = [1, 2, 3].flatMap(() => ['appended', 'background progressed'])
  expect(told).toEqual(['background started', ...progress, 'appended', 'committed', 'background completed'])
  expect([tasks.isRunning(taskId), tasks.isUnread('c')]).toEqual([false, true])
})

test('[TG2] [TG6] a result that is not shown before it is there is a message at the leaf of that moment', () => {
  const tasks = tasksOf(false)
  const taskId = tasks.start(user, 'c')
  tasks.progress(taskId)
  expect([store.messages('c'), announced.map((event) => event.type === 'task' && event.message)]).toEqual([
    [],
    [null, null],
  ])
  const of = {conversationId: 'c', turnId: null, model: null, status: 'complete'} as const
  store.addMessage({...of, id: 'meanwhile', parentId: null, role: 'user', text: 'hi'})
  tasks.complete(taskId)
  expect(store.messages('c').map(({id, parentId}) => [id, parentId])).toEqual([
    ['meanwhile', null],
    [lastAnnounced()!.id, 'meanwhile'],
  ])
  expect(told).toEqual([
    'background started',
    'background progressed',
    'appended',
    'committed',
    'background completed',
  ])
})

test('[TG2] the text is the model’s, under the seed, whatever ids and whoever shows it', () => {
  const texts = [true, false].map((showsBegun) => {
    const tasks = tasksOf(showsBegun)
    const other = `c-${showsBegun}`
    store.create({id: other, userId: 'u', title: ''})
    tasks.complete(tasks.start(user, other))
    return lastAnnounced()!.text
  })
  expect(texts[0]).toBe(texts[1])
  expect(texts[0]!.split(' ').length).toBeGreaterThanOrEqual(20)
})

test('[TG7] [TG11] a stopped task ends where it is; what is known of none that runs is refused', () => {
  const tasks = tasksOf(true)
  const taskId = tasks.start(user, 'c')
  tasks.progress(taskId)
  const {id, text} = lastAnnounced()!
  tasks.stopIn('c')
  expect(store.message('c', id)).toMatchObject({text, status: 'stopped'})
  expect([told.at(-1), tasks.runningIn('c'), tasks.isUnread('c')]).toEqual(['background stopped', [], true])
  for (const act of [tasks.progress, tasks.complete, tasks.stop]) expect(() => act(taskId)).toThrow(TypeError)
  expect(() => tasks.start(user, 'none')).toThrow(TypeError)
  expect(() => tasks.schedule(user, 'none', 0)).toThrow(TypeError)
  expect(() => tasks.schedule(user, 'c', -1)).toThrow(TypeError)

  const unshown = tasksOf(false)
  unshown.stop(unshown.start(user, 'c'))
  expect([store.messages('c').length, lastAnnounced()]).toEqual([1, null])
})

test('[TG9] what falls due writes a prompt and an answer to it, whole, and tells of both', () => {
  const tasks = tasksOf(true)
  const taskId = tasks.schedule(user, 'c', 60_000)
  expect([told, announced.map(({type}) => type)]).toEqual([['scheduled planned'], ['task']])
  scheduler.turn(59_999)
  expect(store.messages('c')).toEqual([])
  scheduler.turn(1)
  const [prompt, answer, ...rest] = store.messages('c')
  expect(rest).toEqual([])
  expect([prompt!.role, prompt!.status, answer!.role, answer!.status, answer!.parentId]).toEqual([
    'user',
    'complete',
    'assistant',
    'complete',
    prompt!.id,
  ])
  expect(told.slice(1)).toEqual(['scheduled started', 'committed', 'committed', 'scheduled completed'])
  expect(announced.slice(2)).toMatchObject([
    {type: 'message-committed', message: {id: prompt!.id}},
    {type: 'task', taskId, of: 'scheduled', phase: 'completed', message: {id: answer!.id}},
  ])
})

test('[TG8] [TG9] tasks write in the order of their times, one after another', () => {
  const tasks = tasksOf(false)
  const ids = [30, 10, 20].map((inMs) => tasks.schedule(user, 'c', inMs))
  scheduler.turn(100)
  const completed = announced.flatMap((event) =>
    event.type === 'task' && event.phase === 'completed' ? [event.taskId] : [],
  )
  expect(completed).toEqual([ids[1], ids[2], ids[0]])
  const messages = store.messages('c')
  expect(messages.map(({parentId}) => parentId)).toEqual([null, ...messages.slice(0, -1).map(({id}) => id)])
})

test('[TG9] in a conversation that is gone, of a person who is gone, and in a store that broke nothing is written', () => {
  const tasks = tasksOf(true)
  store.create({id: 'deleted', userId: 'u', title: ''})
  tasks.schedule(user, 'deleted', 10)
  store.delete('deleted')
  scheduler.turn(10)
  tasks.schedule(user, 'c', 10)
  const taskId = tasks.start(user, 'c')
  tasks.forgetUser('u')
  scheduler.turn(10)
  expect([store.messages('deleted'), tasks.isRunning(taskId)]).toEqual([[], false])
  expect(store.messages('c')).toHaveLength(1)
  expect(told).not.toContain('scheduled started')
  tasks.schedule(user, 'c', 10)
  store.close()
  expect(() => scheduler.turn(10)).not.toThrow()
})

test('[TG2] [TU25] what a crash cut of a task reads as failed, with what was stored of it', () => {
  const folder = mkdtempSync(join(tmpdir(), 'tasks-'))
  try {
    const file = join(folder, 'store')
    store = new ConversationStore(file)
    store.create({id: 'c', userId: 'u', title: ''})
    const tasks = tasksOf(true)
    tasks.progress(tasks.start(user, 'c'))
    const half = lastAnnounced()!
    store.close()
    store = new ConversationStore(file)
    expect(store.cutAnswers).toMatchObject([{id: half.id, text: half.text, status: 'failed'}])
  } finally {
    store.close()
    rmSync(folder, {recursive: true})
  }
})
