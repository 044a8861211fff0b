import {describe, expect, test} from 'vitest'
import {pass, until} from '../test-clock.ts'
import {json, testStream} from '../test-http.ts'
import type {RetryMode} from './defaults.ts'
import {asked, begun, polls, withTurn, type ReadyTab} from './test-begun-turn.ts'
import {C1, notPending, question, readyClaudeTab, refusal, reply} from './test-claude-tab.ts'
import {claudeConversation, events, uuid, wholeAnswer} from './test-completion.ts'

const COMPLETION = `POST ${C1}/completion`
const STATUS = `GET ${C1}/completion_status`
const pending = {...notPending, is_pending: true}
const unreachable = () => {
  throw new TypeError('fetch failed')
}
const posts = ({paths}: Pick<ReadyTab, 'paths'>) => paths().filter((path) => path === COMPLETION)

/** Every status that the tab ever showed a message of the answer in. */
function statusesOf({session, answerId}: {session: ReadyTab['session']; answerId: string}) {
  const seen = new Set<string>()
  session.subscribe(() => {
    const answer = session.view().messages.find(({id}) => id === answerId)
    if (answer) seen.add(`${answer.text} (${answer.status})`)
  })
  return seen
}

describe('wherever a stream is cut', () => {
  test.each<[string, (ids: {answerId: string; promptId: string}) => readonly string[]]>([
    ['before the first event', () => []],
    ['before the first token', ({answerId, promptId}) => [events.start(answerId, promptId), events.block(0)]],
    ['in mid-answer', ({answerId, promptId}) => wholeAnswer(answerId, promptId, 'Hel').slice(0, 3)],
    ['after the last token', ({answerId, promptId}) => wholeAnswer(answerId, promptId, 'Hello.').slice(0, 4)],
    ['before message_stop', ({answerId, promptId}) => wholeAnswer(answerId, promptId, 'Hello.').slice(0, 6)],
  ])(
    '[CL19] [CC6] [CC15] %s, the tab ends with the server’s own text and calls nothing else complete',
    async (_, sent) => {
      const tab = await asked()
      const seen = statusesOf(tab)
      tab.stream.write(...sent(tab))
      let answers = 0
      tab.route(STATUS, () => json((answers += 1) === 1 ? pending : notPending))
      tab.route(`GET ${C1}`, () => json(withTurn(tab)))
      tab.stream.cut()
      await until(() => tab.clock.waits().includes(2_000))
      expect(tab.session.view().phase).toBe('answering')
      expect([...seen].filter((shown) => shown.endsWith('(complete)'))).toEqual([])
      tab.clock.advance(2_000)
      await tab.sent
      expect(tab.texts().slice(2)).toEqual(['And then? (complete)', 'Hello. (complete)'])
      expect([...seen].filter((shown) => shown.endsWith('(complete)'))).toEqual(['Hello. (complete)'])
      expect(posts(tab)).toHaveLength(1)
      tab.session.close()
    },
  )
})

describe('a server that is killed in mid-answer', () => {
  test('[CL42] [CC15] and comes back: its own text is shown, as failed, and why', async () => {
    const tab = await begun()
    const answers = [unreachable, unreachable, () => refusal(503, 'starting', 'api_error')]
    tab.route(STATUS, () =>
      (answers.shift() ?? (() => json({...notPending, is_error: true, error_detail: 'It was cut off.'})))(),
    )
    tab.route(`GET ${C1}`, () => json(withTurn(tab, 'error', 'He')))
    tab.stream.cut()
    for (const delayMs of [2_000, 4_000, 8_000]) {
      await until(() => tab.clock.waits().includes(delayMs))
      tab.clock.advance(delayMs)
    }
    await tab.sent
    expect(tab.texts().at(-1)).toBe('He (failed)')
    expect(tab.session.view()).toMatchObject({phase: 'ready', notice: 'It was cut off.'})
    expect(posts(tab)).toHaveLength(1)
    tab.session.close()
  })

  test('[CC15] and never comes back: the page gives up after thirty questions, and says so', async () => {
    const tab = await begun()
    tab.route(STATUS, unreachable)
    tab.route(`GET ${C1}`, unreachable)
    tab.stream.cut()
    await until(() => tab.clock.waits().includes(2_000))
    await pass(tab.clock, 4 * 60_000)
    expect(tab.texts().at(-1)).toBe('Hel (streaming)')
    await pass(tab.clock, 2 * 60_000)
    await tab.sent
    expect(tab.texts().at(-1)).toBe('Hel (failed)')
    expect(tab.session.view().notice).toMatch(/could not be (?:reached|loaded)/)
    expect(polls(tab).filter((poll) => poll === 'true')).toHaveLength(31)
    expect(tab.clock.waits()).toEqual([])
    tab.session.close()
  })

  test('[CC15] between status and reading: the reading is tried again', async () => {
    const tab = await begun()
    let reads = 0
    tab.route(`GET ${C1}`, () => ((reads += 1) < 3 ? unreachable() : json(withTurn(tab))))
    tab.stream.cut()
    for (const delayMs of [2_000, 4_000]) {
      await until(() => tab.clock.waits().includes(delayMs))
      tab.clock.advance(delayMs)
    }
    await tab.sent
    expect(tab.texts().at(-1)).toBe('Hello. (complete)')
    expect(tab.session.view().notice).toBeNull()
    tab.session.close()
  })

  test('[CC15] a server that is busy is left alone for as long as it asks', async () => {
    const tab = await begun()
    const busy = () => new Response('{}', {status: 529, headers: {'retry-after': '7'}})
    tab.route(STATUS, busy)
    tab.route(`GET ${C1}`, () => json(withTurn(tab)))
    tab.stream.cut()
    await until(() => tab.clock.waits().includes(7_000))
    tab.route(STATUS, () => json(notPending))
    tab.clock.advance(7_000)
    await tab.sent
    expect(tab.texts().at(-1)).toBe('Hello. (complete)')
    tab.session.close()
  })

  test('[CC15] an answer that was given up and turns out whole later is not complained of any more', async () => {
    const tab = await begun()
    tab.route(STATUS, () => refusal(403, 'Not now'))
    tab.route(`GET ${C1}`, () => refusal(403, 'Not now'))
    tab.stream.cut()
    await tab.sent
    expect(tab.texts().at(-1)).toBe('Hel (failed)')
    expect(tab.session.view().notice).not.toBeNull()
    tab.route(`GET ${C1}`, () => json(withTurn(tab)))
    await tab.session.refetch()
    expect(tab.texts().at(-1)).toBe('Hello. (complete)')
    expect(tab.session.view().notice).toBeNull()
    tab.session.close()
  })
})

describe('a message that seems not to have arrived', () => {
  async function failed(retryMode?: RetryMode) {
    const tab = await readyClaudeTab({routes: {[COMPLETION]: unreachable}, ...(retryMode && {retryMode})})
    tab.route(STATUS, () => json({...notPending, is_error: true, error_detail: 'An older answer broke.'}))
    await tab.session.send('And then?')
    tab.route(STATUS, () => json(notPending))
    return {...tab, ...tab.turnIds()}
  }
  const again = async (tab: Awaited<ReturnType<typeof failed>>) => {
    const done = tab.session.regenerate(tab.promptId)
    await until(() => posts(tab).length === 2)
    return {done, body: tab.asked.findLast(({path}) => path.endsWith('/completion'))?.body}
  }

  test('[CC17] is not said to have failed of what went wrong with another one', async () => {
    const tab = await failed()
    expect(tab.texts().at(-1)).toBe('And then? (failed)')
    expect(tab.session.view().notice).toBe('The server could not be reached.')
    tab.session.close()
  })

  test('[CC16] expanded: sent again under the same ids', async () => {
    const tab = await failed()
    const stream = testStream()
    tab.route(COMPLETION, () => stream.response)
    const {done, body} = await again(tab)
    expect(tab.texts().at(-1)).toBe('And then? (sending)')
    expect(body).toMatchObject({
      prompt: 'And then?',
      parent_message_uuid: uuid('a1'),
      turn_message_uuids: {human_message_uuid: tab.promptId, assistant_message_uuid: tab.answerId},
    })
    stream.write(...wholeAnswer(tab.answerId, tab.promptId, 'Hello.'))
    await done
    expect(tab.texts().slice(2)).toEqual(['And then? (complete)', 'Hello. (complete)'])
    tab.session.close()
  })

  test('[CC16] expanded: a server that had it says 409, and its answer is shown', async () => {
    const tab = await failed()
    tab.route(COMPLETION, () => refusal(409, 'message already created'))
    tab.route(`GET ${C1}`, () => json(withTurn(tab)))
    const {done} = await again(tab)
    await done
    expect(tab.texts().slice(2)).toEqual(['And then? (complete)', 'Hello. (complete)'])
    expect(tab.session.view().notice).toBeNull()
    tab.session.close()
  })

  test('[CC16] legacy: sent again under no ids, so that the server cannot know it', async () => {
    const tab = await failed('legacy')
    const stream = testStream()
    tab.route(COMPLETION, () => stream.response)
    const {done, body} = await again(tab)
    expect(body).not.toHaveProperty('turn_message_uuids')
    stream.write(...wholeAnswer(uuid('s2'), uuid('s1'), 'Hello.'))
    await done
    expect(tab.texts().slice(2)).toEqual(['And then? (complete)', 'Hello. (complete)'])
    tab.session.close()
  })
})

test('[CC2] [CC6] a dangling message whose answer the server lost is shown, and nothing is waited for', async () => {
  const tab = await readyClaudeTab({
    routes: {
      [`GET ${C1}`]: () =>
        json(
          claudeConversation('c1', [
            question,
            reply,
            {...question, uuid: uuid('q2'), parent_message_uuid: uuid('a1')},
          ]),
        ),
    },
  })
  expect(tab.texts()).toHaveLength(3)
  expect(tab.session.view()).toMatchObject({phase: 'ready'})
  expect(polls(tab)).toEqual(['false'])
  tab.session.close()
})
