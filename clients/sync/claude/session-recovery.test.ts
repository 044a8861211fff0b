import {describe, expect, test} from 'vitest'
import {until} from '../test-clock.ts'
import {json, testStream} from '../test-http.ts'
import {C1, notPending, question, readyClaudeTab, refusal, testClaudeTab} from './test-claude-tab.ts'
import {begun, polls, withTurn, type ReadyTab} from './test-begun-turn.ts'
import {claudeConversation, events, uuid, wholeAnswer} from './test-completion.ts'

const COMPLETION = `POST ${C1}/completion`
const STATUS = `GET ${C1}/completion_status`
const pending = {...notPending, is_pending: true}

describe('a stream that is lost', () => {
  test.each([
    ['cut', (tab: ReadyTab) => tab.stream.cut()],
    ['ended without message_stop', (tab: ReadyTab) => tab.stream.end()],
    ['silent for a minute', (tab: ReadyTab) => tab.clock.advance(60_000)],
    ['unreadable', (tab: ReadyTab) => tab.stream.write('event: message_stop\ndata: {"type":"nonsense"}\n\n')],
  ])('[CL19] [CC6] %s: the status is asked for, then the tree, where nothing is behind', async (_, lose) => {
    const tab = await begun()
    tab.route(`GET ${C1}`, () => json(withTurn(tab)))
    const before = polls(tab).length
    lose(tab)
    await tab.sent
    expect(tab.texts().at(-1)).toBe('Hello. (complete)')
    expect(polls(tab).slice(before)).toEqual(['true'])
    expect(tab.reads()[1]?.query.get('consistency')).toBe('strong')
    expect(tab.session.view().notice).toBeNull()
    tab.session.close()
  })

  test('[CC6] the questions are 2, 4, 8 and then 10 s apart while it is pending or nobody answers', async () => {
    const tab = await begun()
    const answers = [() => json(pending), () => refusal(503, 'busy', 'api_error'), () => json(pending)]
    let last = () => json(pending)
    tab.route(STATUS, () => (answers.shift() ?? last)())
    tab.route(`GET ${C1}`, () => json(withTurn(tab)))
    tab.stream.cut()
    for (const [index, delayMs] of [2_000, 4_000, 8_000, 10_000, 10_000].entries()) {
      await until(() => tab.clock.waits().includes(delayMs), `a wait of ${delayMs} ms`)
      if (index === 4) last = () => json(notPending)
      tab.clock.advance(delayMs)
    }
    await tab.sent
    expect(tab.texts().at(-1)).toBe('Hello. (complete)')
    tab.session.close()
  })

  test('[CL42] an answer that failed on the server is said to have', async () => {
    const tab = await begun()
    tab.route(STATUS, () => json({...notPending, is_error: true, error_detail: 'The model broke.'}))
    tab.stream.cut()
    await tab.sent
    expect(tab.texts().at(-1)).toBe('Hel (failed)')
    expect(tab.session.view().notice).toBe('The model broke.')
    tab.session.close()
  })

  test('[CL21] one that was stopped elsewhere is shown as stopped', async () => {
    const tab = await begun()
    tab.route(`GET ${C1}`, () => json(withTurn(tab, 'user_canceled')))
    tab.stream.cut()
    await tab.sent
    expect(tab.texts().at(-1)).toBe('Hello. (stopped)')
    tab.session.close()
  })
})

describe('a POST without a stream', () => {
  async function asked(answer: () => Response) {
    const tab = await readyClaudeTab()
    const turn = Promise.withResolvers<{promptId: string; answerId: string}>()
    tab.route(COMPLETION, () => {
      turn.resolve(tab.turnIds())
      return answer()
    })
    const sent = tab.session.send('And then?')
    return {...tab, sent, ...(await turn.promise)}
  }
  const unreachable = () => {
    throw new TypeError('fetch failed')
  }

  test('[CL10] [CC5] 409 says that the turn is there, and is nothing to tell the person', async () => {
    const tab = await asked(() => refusal(409, 'message already created'))
    tab.route(`GET ${C1}`, () => json(withTurn(tab)))
    await tab.sent
    expect(tab.texts().slice(-2)).toEqual(['And then? (complete)', 'Hello. (complete)'])
    expect(tab.session.view().notice).toBeNull()
    expect(tab.paths().filter((path) => path === COMPLETION)).toHaveLength(1)
    tab.session.close()
  })

  test.each([
    ['no answer', unreachable],
    ['a 502', () => refusal(502, 'Bad gateway', 'api_error')],
  ])(
    '[CC5] %s may have begun the turn: the server is asked at once, and the message kept',
    async (_, answer) => {
      const tab = await asked(answer)
      tab.route(`GET ${C1}`, () => json(withTurn(tab)))
      await tab.sent
      expect(polls(tab)).toEqual(['false', 'false'])
      expect(tab.texts().at(-1)).toBe('Hello. (complete)')
      tab.session.close()
    },
  )

  test('[CC5] what the server never took is not sent, and the person is told why', async () => {
    const tab = await asked(unreachable)
    await tab.sent
    expect(tab.texts()).toEqual(['What? (complete)', 'That. (complete)', 'And then? (failed)'])
    expect(tab.session.view().notice).toBe('The server could not be reached.')
    tab.session.close()
  })

  test('[CC5] another answer that was never begun is not taken for the old one', async () => {
    const tab = await readyClaudeTab()
    tab.route(`POST ${C1}/retry_completion`, unreachable)
    await tab.session.regenerate(uuid('a1'))
    expect(tab.session.view().notice).toBe('The server could not be reached.')
    expect(tab.texts()).toEqual(['What? (complete)', 'That. (complete)'])
    tab.session.close()
  })

  test('[CC5] a new chat that was never made stays a new chat', async () => {
    const tab = testClaudeTab()
    tab.route(`POST /chat_conversations/${uuid('id2')}/completion`, unreachable)
    await tab.session.start()
    await tab.session.send('Hello')
    expect(tab.session.view().conversationId).toBeNull()
    expect(tab.texts()).toEqual(['Hello (failed)'])
    tab.session.close()
  })
})

describe('an answer that the person walked away from', () => {
  test('[CC8] is asked for every second, then marked as unread and the list read anew', async () => {
    const tab = await begun()
    tab.route('GET /chat_conversations_v2', () => {
      const {chat_messages: _, ...listed} = claudeConversation('c1', [question])
      return json({data: [listed], has_more: false})
    })
    await tab.session.start()
    tab.route(STATUS, () => json(pending))
    tab.session.newConversation()
    await tab.sent
    await until(() => tab.clock.waits().includes(1_000))
    tab.route(STATUS, () => json(notPending))
    tab.clock.advance(1_000)
    await until(() => tab.session.view().conversations[0]?.unread === true)
    expect(polls(tab).slice(-2)).toEqual(['false', 'false'])
    expect(tab.session.view()).toMatchObject({conversationId: null, messages: []})
    tab.session.close()
  })

  test('[CC8] is not asked for any more once the person is back in it', async () => {
    const tab = await begun()
    tab.route(STATUS, ({query}) => (query.get('poll') === 'true' ? new Promise(() => {}) : json(pending)))
    tab.session.newConversation()
    await until(() => tab.clock.waits().includes(1_000))
    void tab.session.openConversation(uuid('c1'))
    await until(() => polls(tab).at(-1) === 'true')
    const before = polls(tab).length
    tab.clock.advance(5_000)
    await new Promise((resolve) => setImmediate(resolve))
    expect(polls(tab)).toHaveLength(before)
    tab.session.close()
  })

  test('[CL3] a new chat that was left gets its title all the same', async () => {
    const tab = testClaudeTab()
    const path = `/chat_conversations/${uuid('id2')}`
    const stream = testStream()
    tab.route(`POST ${path}/completion`, () => stream.response)
    tab.route(`POST ${path}/title`, () => json({title: 'Hello there'}, 202))
    tab.route(`GET ${path}/completion_status`, () => json(notPending))
    await tab.session.start()
    const sent = tab.session.send('Hello')
    await until(() => tab.asked.at(-1)?.path === `${path}/completion`)
    const {promptId, answerId} = tab.turnIds()
    stream.write(events.ready, ...wholeAnswer(answerId, promptId, 'Hi').slice(0, 2))
    await until(() => tab.session.view().conversationId !== null)
    tab.session.newConversation()
    await sent
    await until(() => tab.paths().includes(`POST ${path}/title`))
    tab.session.close()
  })
})
