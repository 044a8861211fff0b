/** What a server makes of a message that it has already, for people to whom that is another message. On both wires. */
import {afterAll, beforeAll, expect, test} from 'vitest'
import {REPEAT_HEADER} from '#protocol/conflict.ts'
import type {ConflictRule} from '#protocol/conflict.ts'
import type {LedgerEvent} from '#protocol/ledger-event.ts'
import type {Platform} from '#protocol/platform.ts'
import {defaultModelSettings} from '../model/model-settings.ts'
import {startServers, type RunningServers} from '../start.ts'
import {createCaller as chatgptCaller} from './chatgpt/caller.ts'
import {createCaller as claudeCaller} from './claude/caller.ts'

let servers: RunningServers
const ledger: LedgerEvent[] = []
const model = {...defaultModelSettings, instant: true}

beforeAll(async () => {
  servers = await startServers(
    {port: 0, seed: 's', store: null, pageFolder: null, carriage: 'observed', model, userCount: 0},
    (event) => ledger.push(event),
  )
})
afterAll(() => servers.close())

const HUMAN = '0199c0de-0000-7000-8000-000000000001'
const ANSWER = '0199c0de-0000-7000-8000-000000000002'

/** Sends one turn under the same ids as often as it is called. */
async function sender(platform: Platform, onRepeat?: 'refuse' | 'store-again', conflictRule?: ConflictRule) {
  const user = await servers.control.createUser({
    model,
    ...(onRepeat && {onRepeat}),
    ...(conflictRule && {conflictRule}),
  })
  const {conversationId, messageIds} = await servers.control.createConversation(user.id, 1, platform)
  const parent = messageIds.at(-1)!
  async function send(headers: Record<string, string> = {}): Promise<number> {
    const {response} =
      platform === 'chatgpt'
        ? await chatgptCaller(servers.chatgpt.baseUrl, user.bearer).ask(
            {conversation_id: conversationId, parent_message_id: parent},
            headers,
            HUMAN,
          )
        : await claudeCaller(servers.claude.baseUrl, user).ask(conversationId, {
            parent_message_uuid: parent,
            turn_message_uuids: {human_message_uuid: HUMAN, assistant_message_uuid: ANSWER},
          })
    await response.text()
    return response.status
  }
  const prompts = () =>
    ledger.flatMap((event) =>
      event.kind === 'committed' && event.conversationId === conversationId && event.role === 'user'
        ? [event]
        : [],
    )
  return {send, prompts}
}

test.each(['chatgpt', 'claude'] as const)(
  '[HB8] on %s a known id is refused where nobody says otherwise',
  async (platform) => {
    const {send, prompts} = await sender(platform)
    expect([await send(), await send()]).toEqual([200, 409])
    expect(prompts()).toHaveLength(2)
  },
)

test.each(['chatgpt', 'claude'] as const)(
  '[HB8] on %s it can be stored once more, under a fresh id, and is answered anew',
  async (platform) => {
    const {send, prompts} = await sender(platform, 'store-again')
    expect([await send(), await send(), await send()]).toEqual([200, 200, 200])
    const [, first, ...again] = prompts()
    expect(first?.messageId).toBe(HUMAN)
    expect(again.map(({textHash, parentId}) => [textHash, parentId])).toEqual([
      [first?.textHash, first?.parentId],
      [first?.textHash, first?.parentId],
    ])
    expect(new Set(prompts().map(({messageId}) => messageId)).size).toBe(4)
  },
)

test.each(['chatgpt', 'claude'] as const)(
  '[HB8] [CF3] on %s what is stored once more is sent like any other message: under reject it is out of date',
  async (platform) => {
    const {send, prompts} = await sender(platform, 'store-again', 'reject')
    expect([await send(), await send()]).toEqual([200, 409])
    expect(prompts()).toHaveLength(2)
  },
)

test('[HB8] [CF8] on chatgpt the key of the guard decides first', async () => {
  const {send, prompts} = await sender('chatgpt', 'store-again')
  const key = {[REPEAT_HEADER]: HUMAN}
  expect([await send(key), await send(key)]).toEqual([200, 200])
  expect(prompts()).toHaveLength(2)
})
