/** ChatGPT's page and a server that is killed in mid-answer, and a tab that is frozen: virtual tabs, real servers, real sockets. */
import {describe, expect, onTestFinished, test} from 'vitest'
import type {LedgerEvent} from '#protocol/ledger-event.ts'
import type {PolicyName} from '#protocol/policy.ts'
import type {WitnessEvent} from '#protocol/witness-event.ts'
import {defaultModelSettings} from '../../servers/model/model-settings.ts'
import type {UserSettings} from '../../servers/accounts/user.ts'
import {startOwnServer} from '../runner/own-server.ts'
import {openChatgptTab} from '../virtual/chatgpt-virtual-tab.ts'
import {differencesFrom} from '../virtual/freshness.ts'
import {seen, type VirtualTab} from '../virtual/virtual-tab.ts'

/** Waits of the page shrink to this part. */
const HASTE = 20
const UP_TO_MS = 15_000
const slow = {
  ...defaultModelSettings,
  firstTokenDelayMs: [0, 0],
  tokensPerSecond: [200, 200],
  tokens: [600, 600],
} as const

async function world(settings: Partial<UserSettings> = {}) {
  const servers = await startOwnServer({
    seed: 's',
    pageFolder: null,
    carriage: 'content',
    model: slow,
    userCount: 0,
  })
  onTestFinished(() => servers.close())
  const {control} = servers
  const person = await control.createUser(settings)
  const {conversationId} = await control.createConversation(person.id, 1)
  const book: LedgerEvent[] = []
  servers.onLedger(person.id, (event) => void book.push(event))

  async function tab(name: string, policy: PolicyName = 'content+resume+probe', haste = HASTE) {
    const said: WitnessEvent[] = []
    const opened = openChatgptTab({
      name,
      policy,
      person,
      origin: servers.chatgpt.baseUrl,
      haste,
      random: () => 0.5,
      say: (event) => void said.push(event),
    })
    onTestFinished(() => opened.close())
    await opened.open(conversationId, UP_TO_MS)
    return {...opened, said}
  }
  async function differences({session}: Pick<VirtualTab, 'session'>) {
    const shown = session.view().messages.map(({id, text, status}) => ({id, chars: text.length, status}))
    return differencesFrom(await control.serverView(conversationId), shown)
  }
  const fresh = (one: Pick<VirtualTab, 'session'>) =>
    expect.poll(() => differences(one), {timeout: UP_TO_MS}).toEqual([])
  const commit = (text: string) => control.commitMessage(person.id, conversationId, text)
  return {servers, tab, fresh, differences, commit, book}
}

type Tab = Awaited<ReturnType<Awaited<ReturnType<typeof world>>['tab']>>

/** All in which the tab ever showed its last message. */
const lastStatuses = ({said, session}: Tab) => {
  const id = session.view().messages.at(-1)?.id
  const views = said.flatMap((event) => (event.kind === 'shown' ? event.view : []))
  return [...new Set(views.flatMap((line) => (line.id === id ? [line.status] : [])))]
}

async function midAnswer(tab: Tab) {
  const before = tab.session.view().messages.length
  const sent = tab.session.send('And then?')
  await seen(tab.session, ({messages}) => (messages[before + 1]?.text.length ?? 0) > 20, UP_TO_MS)
  return {sent, before}
}

describe('a server killed in mid-answer', () => {
  test('[RS5] [ST3] [CO17] the tabs end with its own text, as failed, also when its log is gone', async () => {
    const {servers, tab, fresh, commit} = await world()
    const [a, b] = [await tab('A'), await tab('B')]
    for (const isForgotten of [false, true]) {
      const {sent, before} = await midAnswer(a)
      await servers.end('kill')
      if (isForgotten) servers.forgetHistory()
      await servers.startAgain()
      await sent
      await fresh(a)
      await fresh(b)
      const ended = a.session.view().messages.slice(before)
      expect(ended.map(({status}) => status)).toEqual(['complete', 'failed'])
      expect(b.session.view().messages).toEqual(a.session.view().messages)
      expect([...lastStatuses(a), ...lastStatuses(b)]).not.toContain('complete')
      expect(a.session.view().phase).toBe('ready')
    }
    // The channel goes on as before.
    await commit('one more')
    await fresh(b)
  })

  test('[ST9] that never comes back: the tab says so, shows no end that nobody knows, and lets the person go on', async () => {
    const {servers, tab} = await world()
    const a = await tab('A', 'content+resume+probe', 20 * HASTE)
    const {sent} = await midAnswer(a)
    await servers.end('kill')
    await sent
    expect(lastStatuses(a)).toEqual(['streaming', 'failed'])
    expect(a.session.view()).toMatchObject({phase: 'ready', notice: expect.stringContaining('reached')})
  })
})

describe('a frozen tab whose socket is open', () => {
  test('[PO12] [CE44] is found by its position, and has everything when it is thawed', async () => {
    const {tab, fresh, commit, book, differences} = await world({channel: {positionBoundMs: 100}})
    const a = await tab('A', 'content+resume+position')
    await commit('one')
    await fresh(a)
    a.life.freeze()
    for (const text of ['two', 'three']) await commit(text)
    await expect.poll(() => book.filter(({kind}) => kind === 'found-stale')).toHaveLength(1)
    expect(await differences(a)).toHaveLength(2)
    a.life.thaw()
    await fresh(a)
  })
})
