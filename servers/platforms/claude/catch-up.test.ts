import {mkdtempSync, rmSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {expect, onTestFinished, test} from 'vitest'
import {channelEvents, type ChannelEvents} from '#protocol/claude/channel-events.ts'
import {readClaudePush} from '#protocol/claude/push-data.ts'
import {decodeValue} from '#protocol/decode.ts'
import {ConversationStore} from '../../conversation/conversation-store.ts'
import {defaultModelSettings} from '../../model/model-settings.ts'
import {startServers, type ServerOptions} from '../../start.ts'
import {createCaller} from './caller.ts'

test('[CP13] what was committed and not said before the end of the process is said by the next one, once', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'catch-up-'))
  onTestFinished(() => rmSync(folder, {recursive: true}))
  const options: ServerOptions = {
    port: 0,
    seed: 'catch-up',
    store: join(folder, 'store.sqlite'),
    logFile: join(folder, 'log.sqlite'),
    durableFile: join(folder, 'people.sqlite'),
    pageFolder: null,
    carriage: 'content',
    model: {...defaultModelSettings, instant: true},
    userCount: 0,
  }
  const first = await startServers(options, () => {})
  const user = await first.control.createUser({})
  const {conversationId} = await first.control.createConversation(user.id, 1, 'claude')
  const said = await first.control.commitMessage(user.id, conversationId, 'said')
  const path = `/chat_conversations/${conversationId}/channel_events`
  const ask = async (baseUrl: string, query: Record<string, string>): Promise<ChannelEvents> => {
    const caller = createCaller(baseUrl, user)
    return decodeValue(channelEvents, await caller.read(`${path}?${new URLSearchParams(query).toString()}`))
  }
  const {offset, epoch} = await ask(first.claude.baseUrl, {})
  await first.close()

  // As a process leaves it that is killed between the two.
  const store = new ConversationStore(`${options.store}-claude`)
  const unsaid = store.addMessage({
    id: '01a1fd85-a5c4-771a-a33e-4477c520281e',
    conversationId,
    parentId: said,
    role: 'assistant',
    text: 'never said',
    status: 'complete',
    turnId: null,
    model: null,
  })
  store.close()

  const second = await startServers(options, () => {})
  onTestFinished(() => second.close())
  const answers = [
    await ask(second.claude.baseUrl, {offset, epoch}),
    await ask(second.claude.baseUrl, {offset, epoch}),
  ]
  for (const {recovered, events} of answers) {
    expect(recovered).toBe(true)
    const pushes = events.map(({data}) => readClaudePush(data))
    expect(pushes.map((push) => push?.kind === 'content' && push.message.uuid)).toEqual([unsaid.id])
  }
})
