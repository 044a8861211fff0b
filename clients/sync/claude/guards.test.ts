import {expect, test} from 'vitest'
import {BRANCH_HEADER, SHOWN_LEAF_HEADER} from '#protocol/conflict.ts'
import {pass, until} from '../test-clock.ts'
import {json} from '../test-http.ts'
import {C1, question, readyClaudeTab, reply} from './test-claude-tab.ts'
import {claudeConversation, claudeMessage, uuid} from './test-completion.ts'

const COMPLETION = `POST ${C1}/completion`
const theirs = claudeMessage('q9', 'Theirs', {parent: 'a1'})
const changed = () => json(claudeConversation('c1', [question, reply, theirs]))
const refusal = () => {
  const details = {error_code: 'conversation_changed', current_leaf_message_uuid: uuid('q9')}
  return json({type: 'error', error: {type: 'invalid_request_error', message: 'Gone on', details}}, 409)
}
const completion = {
  title: 't',
  body: 'b',
  notification_feature_category: 'completion',
  payload: JSON.stringify({
    method: 'OpenChat',
    request: {
      '@type': 'type.googleapis.com/anthropic.claude.push.OpenChatRequest',
      conversation_uuid: uuid('c1'),
      message_uuid: uuid('a9'),
      is_temporary: false,
    },
  }),
}
const sends = ({asked}: Pick<Awaited<ReturnType<typeof readyClaudeTab>>, 'asked'>) =>
  asked.filter(({path}) => path.endsWith('/completion'))

test('[CF14] a 409 that names the leaf is a conflict, not a turn that is there already', async () => {
  const tab = await readyClaudeTab({routes: {[COMPLETION]: refusal}})
  await tab.session.send('Mine')
  expect(tab.texts()).toEqual(['What? (complete)', 'That. (complete)'])
  expect(tab.session.view()).toMatchObject({
    conflict: {text: 'Mine', currentLeafId: uuid('q9'), why: 'refused'},
    phase: 'ready',
  })
  expect(tab.asked.filter(({path}) => path.endsWith('/completion_status'))).toHaveLength(1)
  tab.session.close()
})

test('[CF14] to send anyway reads the conversation and goes to its end, as a message of its own', async () => {
  const tab = await readyClaudeTab({routes: {[COMPLETION]: refusal}})
  await tab.session.send('Mine')
  const first = tab.turnIds()
  tab.route(`GET ${C1}`, changed)
  tab.route(COMPLETION, () => tab.stream.response)
  void tab.session.sendAnyway()
  await until(() => sends(tab).length === 2)
  expect(sends(tab)[1]?.body).toMatchObject({prompt: 'Mine', parent_message_uuid: uuid('q9')})
  expect(tab.turnIds().promptId).not.toBe(first.promptId)
  expect(tab.session.view().conflict).toBeNull()
  tab.session.close()
})

test('[CF2] [CF10] what is written on a branch that the person chose is meant for it', async () => {
  const tab = await readyClaudeTab({sendGuards: ['if-match']})
  const other = claudeMessage('a2', 'Or this.', {parent: 'q1', sender: 'assistant'})
  tab.route(`GET ${C1}`, () => json(claudeConversation('c1', [question, reply, other])))
  await tab.session.refetch()
  tab.session.showBranch(uuid('a1'))
  expect(tab.stamps.at(-1)).toEqual({kind: 'branch-chosen', messageId: uuid('a1')})
  void tab.session.send('Here')
  await until(() => sends(tab).length === 1)
  const {headers, body} = sends(tab)[0]!
  expect(body).toMatchObject({parent_message_uuid: uuid('a1')})
  expect(headers.get(BRANCH_HEADER)).not.toBeNull()
  expect(headers.get(SHOWN_LEAF_HEADER)).toBe(uuid('a2'))
  tab.session.close()
})

test('[CF13] a push about a message that the tab does not have keeps a message back', async () => {
  const tab = await readyClaudeTab({sendGuards: ['warn-first']})
  tab.push(completion)
  await tab.session.send('Mine')
  expect(tab.session.view().conflict).toMatchObject({text: 'Mine', why: 'warned'})
  expect(sends(tab)).toEqual([])
  tab.session.close()
})

test('[CF11] with idempotent a POST that had no answer goes out again under its ids, and 409 says that it arrived', async () => {
  let isFirst = true
  const tab = await readyClaudeTab({
    sendGuards: ['idempotent'],
    routes: {
      [COMPLETION]: () => {
        if (!isFirst)
          return json({type: 'error', error: {type: 'invalid_request_error', message: 'there'}}, 409)
        isFirst = false
        return Promise.reject(new Error())
      },
    },
  })
  const sent = tab.session.send('Mine')
  await until(() => sends(tab).length === 1)
  const ids = tab.turnIds()
  const mine = {...claudeMessage('x', 'Mine', {parent: 'a1'}), uuid: ids.promptId}
  const answer = {
    ...claudeMessage('y', 'So.', {sender: 'assistant'}),
    uuid: ids.answerId,
    parent_message_uuid: ids.promptId,
  }
  tab.route(`GET ${C1}`, () => json(claudeConversation('c1', [question, reply, mine, answer])))
  await pass(tab.clock, 1_000)
  await until(() => sends(tab).length === 2)
  expect(tab.turnIds()).toEqual(ids)
  await sent
  expect(tab.texts().slice(2)).toEqual(['Mine (complete)', 'So. (complete)'])
  expect(tab.session.view().notice).toBeNull()
  tab.session.close()
})
