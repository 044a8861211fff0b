import {describe, expect, test} from 'vitest'
import {OPEN_CHAT_TYPE, TOOL_CATEGORY} from '#protocol/claude/push-data.ts'
import {APPROVAL_KEY} from '#protocol/claude/tool-approval.ts'
import {until} from '../test-clock.ts'
import {json} from '../test-http.ts'
import {C1, question, readyClaudeTab, refusal, reply} from './test-claude-tab.ts'
import {claudeConversation, events, uuid} from './test-completion.ts'

const [first, second] = [uuid('ap1'), uuid('ap2')]
const asked = (approvalId: string) =>
  `event: tool_approval\ndata: ${JSON.stringify({type: 'tool_approval', [APPROVAL_KEY]: approvalId})}\n\n`
const push = (approvalId: string, conversation = 'c1') => ({
  title: 'T',
  body: 'B',
  notification_feature_category: TOOL_CATEGORY,
  [APPROVAL_KEY]: approvalId,
  payload: JSON.stringify({
    method: 'OpenChat',
    request: {
      '@type': OPEN_CHAT_TYPE,
      conversation_uuid: uuid(conversation),
      message_uuid: uuid('a1'),
      is_temporary: false,
    },
  }),
})
const read = (...approvalIds: string[]) =>
  json({...claudeConversation('c1', [question, reply]), tabwitness_approval_uuids: approvalIds})
const APPROVE = `${C1}/tool_approval`
const given = ({asked: requests}: {asked: readonly {path: string; body: unknown}[]}) =>
  requests.flatMap(({path, body}) => (path === APPROVE ? [body] : []))

describe('a tool that waits for the person’s word', () => {
  test('[TG12] is offered where the answer says so, the oldest first, and given to the server', async () => {
    const tab = await readyClaudeTab({routes: {[`POST ${APPROVE}`]: () => json({})}})
    const {session, stream} = tab
    const sent = session.send('Do it')
    await until(() => tab.paths().at(-1) === `POST ${C1}/completion`)
    const {answerId, promptId} = tab.turnIds()
    stream.write(events.start(answerId, promptId), asked(first), asked(second))
    await until(() => session.view().approvalId !== null)
    expect(session.view().approvalId).toBe(first)
    await session.approve!()
    expect(session.view().approvalId).toBe(second)
    expect(given(tab)).toEqual([{[APPROVAL_KEY]: first, approved: true}])
    expect(tab.stamps.filter((stamp) => stamp.kind === 'acted').map(({act}) => act)).toEqual([
      'sent',
      'approved',
    ])
    // The page reads the conversation after its answer: what waits there nowhere waits nowhere.
    stream.end()
    await sent
    await until(() => session.view().approvalId === null)
    session.close()
  })

  test('[TG12] is offered for a push of the open conversation, which reads nothing', async () => {
    const tab = await readyClaudeTab({routes: {[`POST ${APPROVE}`]: () => json({})}})
    const reads = tab.reads().length
    tab.push(push(second, 'c2'))
    expect(tab.session.view().approvalId).toBeNull()
    tab.push(push(first))
    tab.push(push(first))
    expect(tab.session.view().approvalId).toBe(first)
    await tab.session.approve!()
    await tab.session.approve!()
    expect([given(tab).length, tab.session.view().approvalId, tab.reads().length]).toEqual([1, null, reads])
    tab.session.newConversation()
    tab.push(push(first))
    expect(tab.session.view().approvalId).toBeNull()
    tab.session.close()
  })

  test('[TG12] is what a reading says, but for what was asked while it was under way', async () => {
    const tab = await readyClaudeTab()
    tab.route(`GET ${C1}`, () => read(first))
    await tab.session.refetch()
    expect(tab.session.view().approvalId).toBe(first)
    const slow = Promise.withResolvers<Response>()
    tab.route(`GET ${C1}`, () => slow.promise)
    const refetched = tab.session.refetch()
    tab.push(push(second))
    slow.resolve(read())
    await refetched
    expect(tab.session.view().approvalId).toBe(second)
    tab.session.close()
  })

  test('[TG12] a reading of a conversation that was left says nothing of the next', async () => {
    const tab = await readyClaudeTab()
    const slow = Promise.withResolvers<Response>()
    tab.route(`GET ${C1}`, () => slow.promise)
    const refetched = tab.session.refetch()
    tab.session.newConversation()
    slow.resolve(read(first))
    await refetched
    expect(tab.session.view().approvalId).toBeNull()
    tab.session.close()
  })

  test('[TG12] is offered again where the word did not arrive, and not where it was given elsewhere', async () => {
    const tab = await readyClaudeTab({
      routes: {[`POST ${APPROVE}`]: () => refusal(500, 'Broken', 'api_error')},
    })
    tab.push(push(first))
    await tab.session.approve!()
    expect(tab.session.view()).toMatchObject({approvalId: first, notice: 'Broken'})
    tab.route(`POST ${APPROVE}`, () => refusal(404, 'Nothing waits', 'not_found_error'))
    await tab.session.approve!()
    expect(tab.session.view().approvalId).toBeNull()
    tab.session.close()
  })
})
