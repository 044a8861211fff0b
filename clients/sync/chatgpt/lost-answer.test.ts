/** What a tab shows in the end when its answer's stream, or the server, was lost: what the server says, or that nobody could say. */
import {describe, expect, test} from 'vitest'
import type {Message} from '#protocol/conversation.ts'
import type {StreamStatus} from '#protocol/stream-status.ts'
import {pass, until} from '../test-clock.ts'
import {json, testStream} from '../test-http.ts'
import {events, testConversation, testMessage} from './test-conversation.ts'
import {question, readyTab, reply, testTab} from './test-tab.ts'

const RESUME = 'POST /backend-api/f/conversation/resume'
const READ = 'GET /backend-api/conversation/c1'
const STATUS = `${READ}/stream_status`
const POST = 'POST /backend-api/f/conversation'

const prompt = testMessage('id-1', 'And then?', {parent: 'a1'})
const open = testMessage('a2', '', {parent: 'id-1', role: 'assistant', status: 'in_progress'})
const written = (text: string, status: Message['status']) =>
  testMessage('a2', text, {parent: 'id-1', role: 'assistant', status})
const offline = () => Promise.reject(new TypeError('Failed to fetch'))
const gone = () => json({detail: {message: 'stored', code: 'persisted_final_available'}}, 410)

type Tab = Awaited<ReturnType<typeof readyTab>>

const serverHas = (tab: Tab, answer: Message, status: StreamStatus) => {
  tab.route(READ, () => json(testConversation('c1', [question, reply, prompt, answer])))
  tab.route(STATUS, () => json({status}))
}
function serverIsDown(tab: Tab): void {
  for (const name of [RESUME, READ, STATUS, POST]) tab.route(name, offline)
}
const count = (tab: Tab, name: string) => tab.paths().filter((path) => path === name).length

/** A tab whose answer has come as far as "Half". */
async function halfway() {
  const tab = await readyTab()
  let isOver = false
  const sent = tab.session.send('And then?').then(() => (isOver = true))
  tab.stream.write(
    events.encoding,
    events.token('c1'),
    events.prompt('c1', prompt),
    events.snapshot('c1', open),
    events.text('Half'),
  )
  await until(() => tab.texts().at(-1) === 'Half (streaming)')
  return {...tab, sent, isOver: () => isOver}
}

describe('a server that was killed in mid-answer', () => {
  test.each([
    ['less than was shown', 'Ha'],
    ['more than was shown', 'Half an'],
  ])('[RS5] [ST3] and kept %s: failed, with exactly its text', async (_, text) => {
    const tab = await halfway()
    serverIsDown(tab)
    tab.stream.cut()
    await pass(tab.clock, 3_000)
    expect(tab.texts().at(-1)).toBe('Half (streaming)')
    serverHas(tab, written(text, 'failed'), 'FAILURE')
    tab.route(RESUME, gone)
    await pass(tab.clock, 10_000)
    await tab.sent
    expect(tab.texts().at(-1)).toBe(`${text} (failed)`)
    expect(tab.session.view()).toMatchObject({phase: 'ready', notice: expect.stringContaining('cut off')})
  })

  test('[RS3] [ST2] and comes back only after every resume was tried: the poll loop reads FAILURE', async () => {
    const tab = await halfway()
    serverIsDown(tab)
    tab.stream.cut()
    await pass(tab.clock, 60_000)
    expect(count(tab, RESUME)).toBe(12)
    expect(tab.isOver()).toBe(false)
    serverHas(tab, written('Half', 'failed'), 'FAILURE')
    await pass(tab.clock, 5_000)
    expect([tab.isOver(), tab.texts().at(-1)]).toEqual([true, 'Half (failed)'])
  })

  test('[TU11] and had handed the answer off: failed, with exactly its text', async () => {
    const tab = await readyTab()
    const sent = tab.session.send('And then?')
    tab.stream.write(events.encoding, events.token('c1'), events.handoff('c1', 't1'), events.done)
    await until(() => JSON.stringify(tab.socket.sent.at(-1)).includes('conversation-turn-t1'))
    serverHas(tab, written('Ha', 'failed'), 'FAILURE')
    tab.route(RESUME, gone)
    await pass(tab.clock, 5_000)
    await sent
    expect(tab.texts().slice(-2)).toEqual(['And then? (complete)', 'Ha (failed)'])
  })

  test('[ST9] and never comes back: the tab says so after a bounded time, and never "complete"', async () => {
    const tab = await halfway()
    serverIsDown(tab)
    tab.stream.cut()
    await pass(tab.clock, 300_000)
    expect([tab.isOver(), tab.texts().at(-1)]).toEqual([true, 'Half (failed)'])
    expect(tab.session.view().notice).toBe(
      'The server could not be reached. What is shown may not be all of it.',
    )
    expect(count(tab, POST)).toBe(1)
  })

  test('[ST9] and comes back after everybody had given up: read when the channel is back', async () => {
    const tab = await halfway()
    serverIsDown(tab)
    tab.stream.cut()
    await pass(tab.clock, 300_000)
    serverHas(tab, written('Half and whole', 'finished_successfully'), 'COMPLETE')
    tab.socket.drop()
    await pass(tab.clock, 3_000)
    tab.sockets[1]!.open()
    tab.sockets[1]!.answer()
    await until(() => tab.texts().at(-1) === 'Half and whole (complete)')
    expect(tab.session.view().notice).toBeNull()
  })
})

describe('an answer whose stream was lost', () => {
  test('[RS5] before its first word is complete when the server says so, and nothing is said of a cut', async () => {
    const tab = await readyTab()
    const sent = tab.session.send('And then?')
    tab.stream.write(events.encoding, events.token('c1'))
    await until(() => tab.texts().at(-1) === 'And then? (complete)')
    serverHas(tab, written('All of it', 'finished_successfully'), 'COMPLETE')
    tab.route(RESUME, gone)
    tab.stream.cut()
    await pass(tab.clock, 1_000)
    await sent
    expect(tab.texts().at(-1)).toBe('All of it (complete)')
    expect(tab.session.view().notice).toBeNull()
  })

  test('[RS8] with 404 to the resume: the token is forgotten before the polling has ended', async () => {
    const tab = await halfway()
    tab.route(RESUME, () => json({detail: 'There is nothing to resume'}, 404))
    serverHas(tab, written('Half', 'in_progress'), 'IS_STREAMING')
    tab.stream.cut()
    await pass(tab.clock, 1_000)
    expect([tab.storage.size, tab.isOver()]).toEqual([0, false])
    serverHas(tab, written('Half and whole', 'finished_successfully'), 'COMPLETE')
    await pass(tab.clock, 5_000)
    expect([tab.isOver(), tab.texts().at(-1)]).toEqual([true, 'Half and whole (complete)'])
  })

  test('[RS8] leaves the token that another tab has kept meanwhile', async () => {
    const tab = await halfway()
    tab.storage.set('tabwitness-resume-c1', `${tab.clock.now()}:newer`)
    tab.stream.write(events.finished, events.complete('c1'), events.done)
    await tab.sent
    expect(tab.storage.get('tabwitness-resume-c1')).toContain('newer')
  })

  test.each([500, 503, 400])('[RS3] with %i to the resume is polled for at once', async (status) => {
    const tab = await halfway()
    tab.route(RESUME, () => json({detail: 'no'}, status))
    serverHas(tab, written('Half and whole', 'finished_successfully'), 'COMPLETE')
    tab.stream.cut()
    await pass(tab.clock, 500)
    await tab.sent
    expect([count(tab, RESUME), tab.texts().at(-1)]).toEqual([1, 'Half and whole (complete)'])
  })

  test.each([408, 409, 425, 429, 502, 504])(
    '[RS3] with %i to the resume is resumed again',
    async (status) => {
      const tab = await halfway()
      const resumed = testStream()
      let refusals = 3
      tab.route(RESUME, () => ((refusals -= 1) >= 0 ? json({detail: 'no'}, status) : resumed.response))
      resumed.write(events.text(' and whole'), events.finished, events.complete('c1'), events.done)
      tab.stream.cut()
      await pass(tab.clock, 5_000)
      await tab.sent
      expect([count(tab, RESUME), tab.texts().at(-1)]).toEqual([4, 'Half and whole (complete)'])
    },
  )

  test('[CO15] [RS3] that hangs after a resume is resumed again after sixty seconds', async () => {
    const tab = await halfway()
    const silent = testStream()
    tab.route(RESUME, () => silent.response)
    tab.stream.cut()
    await pass(tab.clock, 1_000)
    silent.write(events.text('way'))
    await until(() => tab.texts().at(-1) === 'Halfway (streaming)')
    await pass(tab.clock, 61_000)
    expect(tab.asked.filter(({path}) => path.endsWith('/resume')).map(({body}) => body)).toEqual([
      {conversation_id: 'c1', offset: 5},
      {conversation_id: 'c1', offset: 6},
    ])
    tab.session.close()
  })
})

describe('a message of which nobody knows whether it arrived', () => {
  test('[RS9] that failed before it was sent has failed at once, and is not looked for', async () => {
    const tab = await readyTab({
      routes: {'POST /backend-api/sentinel/chat-requirements/prepare': offline},
    })
    await tab.session.send('And then?')
    expect(tab.texts().at(-1)).toBe('And then? (failed)')
    expect(tab.session.view().notice).toBe('The server could not be reached.')
    expect([count(tab, POST), count(tab, READ)]).toEqual([0, 1])
  })

  test('[ST8] turns up in the conversation: its answer is waited for, and nothing is said any more', async () => {
    const tab = await readyTab({routes: {[POST]: offline}})
    const sent = tab.session.send('And then?')
    await pass(tab.clock, 20_000)
    expect(tab.texts().at(-1)).toBe('And then? (sending)')
    serverHas(tab, written('Whole', 'finished_successfully'), 'COMPLETE')
    await pass(tab.clock, 5_000)
    await sent
    expect(tab.texts().slice(-2)).toEqual(['And then? (complete)', 'Whole (complete)'])
    expect([tab.session.view().notice, count(tab, POST)]).toEqual([null, 1])
  })

  test('[ST8] does not turn up within a minute: it has failed, and the next one can be sent', async () => {
    const tab = await readyTab({routes: {[POST]: offline}})
    tab.route(STATUS, () => json({status: 'COMPLETE'}))
    const sent = tab.session.send('And then?')
    await pass(tab.clock, 65_000)
    await sent
    expect(tab.texts().at(-1)).toBe('And then? (failed)')
    expect(tab.session.view().phase).toBe('ready')
  })

  test('[ST8] another answer that was asked for: the old one is not taken for it', async () => {
    const tab = await readyTab({routes: {[POST]: offline}})
    tab.route(STATUS, () => json({status: 'COMPLETE'}))
    const asked = tab.session.regenerate('a1')
    await pass(tab.clock, 65_000)
    await asked
    expect(tab.session.view().notice).toBe('The server could not be reached.')
  })

  test('[ST9] in a new chat, lost before the chat had a name: it says so and hangs nowhere', async () => {
    const tab = testTab({routes: {[POST]: () => new Response(events.encoding)}})
    await tab.session.start()
    await tab.session.send('Hello')
    expect(tab.texts()).toEqual(['Hello (failed)'])
    expect(tab.session.view()).toMatchObject({phase: 'ready', notice: expect.stringContaining('reached')})
    tab.session.close()
  })
})

describe('what a person is told meanwhile', () => {
  test('[RS10] after half a minute without a beginning, and no longer than it is true', async () => {
    const tab = await readyTab()
    const sent = tab.session.send('And then?')
    tab.stream.write(events.encoding, events.token('c1'))
    await pass(tab.clock, 29_000)
    expect(tab.session.view().notice).toBeNull()
    await pass(tab.clock, 1_000)
    expect(tab.session.view().notice).toBe('The answer is taking long to begin.')
    tab.stream.write(events.snapshot('c1', open), events.text('Yes'))
    await until(() => tab.texts().at(-1) === 'Yes (streaming)')
    expect(tab.session.view().notice).toBeNull()
    tab.stream.write(events.finished, events.complete('c1'), events.done)
    await sent
    expect(tab.stamps.filter(({kind}) => kind === 'notice')).toMatchObject([
      {text: 'The answer is taking long to begin.'},
      {text: null},
    ])
  })

  test('[ST9] an answer of the server that cannot be read leaves nobody waiting', async () => {
    const tab = await halfway()
    tab.route(RESUME, gone)
    tab.route(READ, () => json({nonsense: true}))
    tab.stream.cut()
    await pass(tab.clock, 1_000)
    await tab.sent
    expect(tab.texts().at(-1)).toBe('Half (failed)')
    expect(tab.session.view().phase).toBe('ready')
  })
})
