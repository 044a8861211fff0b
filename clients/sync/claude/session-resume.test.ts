import {describe, expect, test} from 'vitest'
import type {ChannelEvents} from '#protocol/claude/channel-events.ts'
import type {ClaudeMessage} from '#protocol/claude/message.ts'
import {MESSAGE_COMMITTED_TYPE, SYNC_CATEGORY, CONVERSATION_CHANGED_TYPE} from '#protocol/claude/push-data.ts'
import type {Remedy} from '#protocol/policy.ts'
import {until} from '../test-clock.ts'
import {json} from '../test-http.ts'
import {C1, question, readyClaudeTab, refusal, reply, type Asked} from './test-claude-tab.ts'
import {claudeConversation, claudeMessage, events, uuid} from './test-completion.ts'

const EVENTS = `GET ${C1}/channel_events`
const offset = (seq: number) => (seq === 0 ? '0' : `1-${seq}`)
const synced = (method: string, request: unknown) => ({
  notification_feature_category: SYNC_CATEGORY,
  payload: JSON.stringify({method, request}),
})
const contentOf = (message: ClaudeMessage) =>
  synced('MessageCommitted', {'@type': MESSAGE_COMMITTED_TYPE, conversation_uuid: uuid('c1'), message})
const hintOf = ({uuid: message_uuid}: ClaudeMessage) =>
  synced('ConversationChanged', {
    '@type': CONVERSATION_CHANGED_TYPE,
    conversation_uuid: uuid('c1'),
    message_uuid,
  })
const placed = (data: Record<string, string>, seq: number, epoch = 'e1') => ({
  ...data,
  offset: offset(seq),
  epoch,
  previous_offset: offset(seq - 1),
})

/** Three more messages of the conversation; the log stands at 2 when the tab opens it. */
const more = [
  claudeMessage('q2', 'More?', {parent: 'a1'}),
  claudeMessage('a2', 'More.', {parent: 'q2', sender: 'assistant'}),
  claudeMessage('q3', 'And?', {parent: 'a2'}),
]
const head = (seq: number, rest: Partial<ChannelEvents> = {}): ChannelEvents => ({
  recovered: true,
  epoch: 'e1',
  offset: offset(seq),
  events: [],
  channel_active: true,
  ...rest,
})
const missed = (...seqs: readonly number[]) =>
  seqs.map((seq) => ({offset: offset(seq), data: contentOf(more[seq - 3]!)}))

const texts = [
  'What? (complete)',
  'That. (complete)',
  'More? (complete)',
  'More. (complete)',
  'And? (complete)',
]

async function following(
  remedies: readonly Remedy[] = ['resume'],
  answer: () => Response = () => json(head(2)),
) {
  const tab = await readyClaudeTab({remedies, routes: {[EVENTS]: answer}})
  const questions = () => tab.asked.filter(({path}) => path.endsWith('/channel_events'))
  return {...tab, questions}
}
const queryOf = (asked: Asked | undefined) => Object.fromEntries(asked?.query ?? [])

describe('opening', () => {
  test('[CC40] the head is asked for first, and only then the conversation is read, where nothing is behind', async () => {
    const {session, paths, reads, questions} = await following()
    const order = paths().filter((path) => path === EVENTS || path === `GET ${C1}`)
    expect(order).toEqual([EVENTS, `GET ${C1}`])
    expect(queryOf(questions()[0])).toEqual({channel: uuid('ch')})
    expect(reads()[0]?.query.get('consistency')).toBe('strong')
    session.close()
  })

  test('[CC44] a server without a log is read as ever', async () => {
    const {session, reads, texts: shown} = await following(['resume'], () => refusal(404, 'Not Found'))
    expect(shown()).toEqual(texts.slice(0, 2))
    expect(reads()[0]?.query.get('consistency')).toBe('eventual')
    session.close()
  })
})

describe('resume', () => {
  test('[CC41] what follows is shown in the task of its push, and what is doubled or old changes nothing', async () => {
    const {session, push, texts: shown, asked} = await following()
    const before = asked.length
    push(placed(contentOf(more[0]!), 3))
    push(placed(contentOf(more[1]!), 4))
    push(placed(contentOf(more[0]!), 3))
    expect(shown()).toEqual(texts.slice(0, 4))
    await new Promise((resolve) => setImmediate(resolve))
    // The conversation is not in the list that the server gave.
    expect(new Set(asked.slice(before).map(({path}) => path))).toEqual(new Set(['/chat_conversations_v2']))
    session.close()
  })

  test('[CC42] a gap is asked for from the place of the tab, and shown in order', async () => {
    const {session, push, texts: shown, route, questions, reads, stamps} = await following()
    route(EVENTS, () => json(head(5, {events: missed(3, 4, 5)})))
    push(placed(contentOf(more[2]!), 5))
    expect(shown()).toEqual(texts.slice(0, 2))
    await until(() => shown().length === 5)
    expect(shown()).toEqual(texts)
    expect(queryOf(questions()[1])).toEqual({offset: offset(2), epoch: 'e1', channel: uuid('ch')})
    expect(reads()).toHaveLength(1)
    expect(stamps.filter((stamp) => stamp.kind === 'received').at(-1)).toMatchObject({
      via: 'refetch',
      messageIds: more.map((message) => message.uuid),
    })
    session.close()
  })

  test('[CC42] a push without its message makes the tab ask, not read', async () => {
    const {session, push, texts: shown, route, reads} = await following()
    route(EVENTS, () => json(head(3, {events: missed(3)})))
    push(placed(hintOf(more[0]!), 3))
    await until(() => shown().length === 3)
    expect(reads()).toHaveLength(1)
    session.close()
  })

  test('[CC43] where the log cannot say what is missing, the conversation is read', async () => {
    const {session, push, texts: shown, route, reads} = await following()
    route(EVENTS, () => json(head(1, {epoch: 'e2', recovered: false})))
    route(`GET ${C1}`, () => json(claudeConversation('c1', [question, reply, ...more])))
    push(placed(contentOf(more[2]!), 1, 'e2'))
    await until(() => shown().length === 5)
    expect(reads().at(-1)?.query.get('consistency')).toBe('strong')
    session.close()
  })

  test('[CC44] a question that nobody answers is asked again, and the wait is drawn', async () => {
    const tab = await following()
    tab.route(EVENTS, () => refusal(503, 'busy', 'api_error'))
    tab.push(placed(contentOf(more[2]!), 5))
    for (const delayMs of [500, 1_000, 2_000]) {
      await until(() => tab.clock.waits().includes(delayMs), `a wait of ${delayMs} ms`)
      if (delayMs === 2_000) tab.route(EVENTS, () => json(head(5, {events: missed(3, 4, 5)})))
      tab.clock.advance(delayMs)
    }
    await until(() => tab.texts().length === 5)
    tab.session.close()
  })

  test('[CC40] a push that comes while the conversation is being read is not lost', async () => {
    const tab = await following()
    tab.route(`GET ${C1}`, () => {
      tab.push(placed(contentOf(more[0]!), 3))
      return json(claudeConversation('c1', [question, reply]))
    })
    await tab.session.openConversation(uuid('c1'))
    expect(tab.texts()).toEqual(texts.slice(0, 3))
    tab.session.close()
  })
})

describe('probe', () => {
  const away = {foreground: false, visible: false}
  const back = {foreground: true, visible: true}
  const probes = ({stamps}: {stamps: readonly {kind: string}[]}) =>
    stamps.filter(({kind}) => kind === 'probed')

  test('[CC45] a tab that comes back asks what it missed and shows it', async () => {
    const tab = await following(['resume', 'probe'])
    tab.turnPage(away)
    tab.route(EVENTS, () => json(head(5, {events: missed(3, 4, 5)})))
    tab.turnPage(back)
    await until(() => probes(tab).length === 1)
    expect(tab.texts()).toEqual(texts)
    expect(probes(tab)).toMatchObject([{because: 'shown', outcome: 'behind'}])
    tab.session.close()
  })

  test.each(['resumed', 'online'] as const)(
    '[CC45] one that is %s with nothing missing is alive',
    async (because) => {
      const tab = await following(['resume', 'probe'])
      tab.wake(because)
      tab.wake(because)
      await until(() => probes(tab).length === 1)
      expect(probes(tab)).toMatchObject([{because, outcome: 'alive'}])
      expect(tab.reads()).toHaveLength(1)
      tab.session.close()
    },
  )

  test('[CC45] a visible tab asks every 15 s, a hidden one does not', async () => {
    const tab = await following(['resume', 'probe'])
    tab.clock.advance(15_000)
    await until(() => probes(tab).length === 1)
    tab.turnPage(away)
    tab.clock.advance(30_000)
    tab.turnPage(back)
    await until(() => probes(tab).length === 2)
    expect(probes(tab)).toMatchObject([{because: 'silence'}, {because: 'shown'}])
    tab.session.close()
  })

  test('[CC44] [CC45] a check without an answer is called dead, and the next wake asks at once', async () => {
    const tab = await following(['resume', 'probe'])
    tab.route(EVENTS, () => refusal(503, 'busy', 'api_error'))
    tab.wake('online')
    await until(() => probes(tab).length === 1)
    tab.route(EVENTS, () => json(head(5, {events: missed(3, 4, 5)})))
    tab.wake('online')
    await until(() => tab.texts().length === 5)
    expect(probes(tab)).toMatchObject([{outcome: 'dead'}, {outcome: 'behind'}])
    tab.session.close()
  })

  test('[CC46] the answer to the own turn is there to its end while its stream hangs: the turn ends', async () => {
    const tab = await following(['resume', 'probe'])
    const sent = tab.session.send('More?')
    await until(() => tab.asked.at(-1)?.path.endsWith('/completion') ?? false)
    const {promptId, answerId} = tab.turnIds()
    tab.stream.write(events.start(answerId, promptId), events.block(0), events.text(0, 'Mo'))
    await until(() => tab.texts().at(-1) === 'Mo (streaming)')
    const turn = [
      {...more[0]!, uuid: promptId},
      {...more[1]!, uuid: answerId, parent_message_uuid: promptId},
    ]
    tab.route(`GET ${C1}`, () => json(claudeConversation('c1', [question, reply, ...turn])))
    tab.route(EVENTS, () =>
      json(
        head(4, {
          events: turn.map((message, index) => ({offset: offset(3 + index), data: contentOf(message)})),
        }),
      ),
    )
    tab.wake('resumed')
    await sent
    expect(tab.texts()).toEqual(texts.slice(0, 4))
    expect(tab.session.view()).toMatchObject({phase: 'ready', notice: null})
    tab.session.close()
  })

  test('[CC51] a channel that is not active any more is registered anew under another token', async () => {
    const tab = await following(['resume', 'probe'])
    const tokens = () =>
      tab.asked
        .filter(({path}) => path === '/notification/channels')
        .map(({body}) => (body as {registration_token: string}).registration_token)
    tab.route(EVENTS, () => json(head(2, {channel_active: tokens().length > 1})))
    tab.wake('shown')
    await until(() => tokens().length === 2)
    await until(() => tab.session.view().connection.name === 'connected')
    expect(tokens()).toEqual(['fcm-token', 'after fcm-token'])
    tab.session.close()
  })

  test('[CC50] without it a dead registration stays as it is', async () => {
    const tab = await following(['resume'])
    tab.route(EVENTS, () => json(head(5, {events: missed(3, 4, 5), channel_active: false})))
    tab.push(placed(contentOf(more[2]!), 5))
    await until(() => tab.texts().length === 5)
    expect(tab.paths().filter((path) => path === 'POST /notification/channels')).toHaveLength(1)
    tab.session.close()
  })
})
