/**
 * Claude's page under lost, doubled, reordered and late pushes, a dead token, a hidden tab, and a server killed in
 * mid-answer: virtual tabs of two browsers of one person, real servers, pushes handed over.
 */
import {describe, expect, onTestFinished, test} from 'vitest'
import type {PolicyName} from '#protocol/policy.ts'
import type {WitnessEvent} from '#protocol/witness-event.ts'
import type {ModelSettings} from '../../servers/model/model-settings.ts'
import {defaultModelSettings} from '../../servers/model/model-settings.ts'
import {startServers, type ServerControl, type ServerOptions} from '../../servers/start.ts'
import {startOwnServer} from '../runner/own-server.ts'
import {openClaudeTab} from '../virtual/claude-virtual-tab.ts'
import {differencesFrom} from '../virtual/freshness.ts'
import {startPushDesk} from '../virtual/push-desk.ts'
import {seen, type VirtualTab} from '../virtual/virtual-tab.ts'

/** Waits of the page shrink to this part. */
const HASTE = 20
const UP_TO_MS = 15_000
const quick: ModelSettings = {...defaultModelSettings, speed: 20}
const slow = {
  ...defaultModelSettings,
  firstTokenDelayMs: [0, 0],
  tokensPerSecond: [200, 200],
  tokens: [600, 600],
} as const

type Servers = {
  readonly claude: {readonly baseUrl: string}
  readonly control: ServerControl
  close(): Promise<void>
}
type Start = (options: Omit<ServerOptions, 'port' | 'store'>) => Promise<Servers>
const inProcess: Start = (options) => startServers({...options, port: 0, store: null}, () => {})

async function world<S extends Servers>(
  start: (...of: Parameters<Start>) => Promise<S>,
  model: ModelSettings = quick,
) {
  const desk = await startPushDesk()
  onTestFinished(() => desk.close())
  const servers = await start({
    seed: 's',
    pageFolder: null,
    carriage: 'content',
    model,
    userCount: 0,
    fcm: desk.target,
  })
  onTestFinished(() => servers.close())
  const {control} = servers
  const person = await control.createUser({})
  const {conversationId} = await control.createConversation(person.id, 1, 'claude')

  async function tab(name: string, policy: PolicyName = 'content+resume+probe') {
    const said: WitnessEvent[] = []
    const browser = desk.openBrowser()
    const opened = openClaudeTab(browser.push)({
      name,
      policy,
      person,
      origin: servers.claude.baseUrl,
      haste: HASTE,
      random: () => 0.5,
      say: (event) => void said.push(event),
    })
    onTestFinished(() => opened.close())
    await opened.open(conversationId, UP_TO_MS)
    return {...opened, browser, said}
  }
  const commit = (text: string) => control.commitMessage(person.id, conversationId, text)

  /** What the tab shows otherwise than the server has it. */
  async function differences({session}: Pick<VirtualTab, 'session'>) {
    const shown = session.view().messages.map(({id, text, status}) => ({id, chars: text.length, status}))
    return differencesFrom(await control.serverView(conversationId), shown)
  }
  const fresh = (one: Pick<VirtualTab, 'session'>) =>
    expect.poll(() => differences(one), {timeout: UP_TO_MS}).toEqual([])
  return {...servers, servers, tab, commit, fresh, differences}
}

const probes = (said: readonly WitnessEvent[]) =>
  said.flatMap((event) => (event.kind === 'probed' ? [event.outcome] : []))
const heard = (said: readonly WitnessEvent[]) =>
  said.filter((event) => event.kind === 'received' && event.via === 'fcm').length
/** All in which the tab ever showed the message. */
const statusesOf = ({said}: {readonly said: readonly WitnessEvent[]}, messageId: string | undefined) => [
  ...new Set(
    said
      .flatMap((event) => (event.kind === 'shown' ? event.view : []))
      .flatMap(({id, status}) => (id === messageId ? [status] : [])),
  ),
]
const away = {foreground: false, visible: false}

describe('pushes that go wrong', () => {
  test('[CC41] [CC42] lost, doubled, reordered and late ones lose and double nothing', async () => {
    const {tab, commit, fresh} = await world(inProcess)
    const [a, b] = [await tab('A'), await tab('B')]
    await a.session.send('First')
    const faults = [
      {name: 'push-drop'},
      {name: 'push-duplicate'},
      {name: 'push-reorder', withinMs: 50},
      {name: 'push-delay', ms: 30},
    ] as const
    for (const fault of faults) {
      const heal = b.browser.begin(fault)
      await commit(`one under ${fault.name}`)
      // One who sends before she knows of it forks the conversation, and that is another matter.
      await fresh(a)
      await a.session.send(`two under ${fault.name}`)
      heal()
    }
    // Nobody tells B of the last of them; the check does.
    b.browser.begin({name: 'push-drop'})
    await commit('the last one')
    await fresh(a)
    await fresh(b)
    const ids = b.session.view().messages.map(({id}) => id)
    expect(new Set(ids).size).toBe(ids.length)
  })

  test('[CC42] a message that is too long to be pushed is asked for, and the conversation is not read for it', async () => {
    const {tab, commit, fresh} = await world(inProcess)
    const b = await tab('B', 'content+resume')
    await commit('long '.repeat(900))
    await fresh(b)
    const reads = b.said.filter((event) => event.kind === 'received' && event.via === 'refetch')
    // The one at the opening, and the answer of the log.
    expect(reads).toHaveLength(2)
    expect(reads.at(-1)).toMatchObject({messageIds: [b.session.view().messages.at(-1)?.id]})
  })

  test('[CC30] [CC45] a hidden tab hears nothing, and shows all of it when the person is back', async () => {
    const {tab, commit, fresh, differences} = await world(inProcess)
    const b = await tab('B')
    b.life.page.turn(away)
    await commit('one')
    await commit('two')
    expect(await differences(b)).toHaveLength(2)
    expect(heard(b.said)).toBe(0)
    b.life.page.turn({foreground: true, visible: true})
    await fresh(b)
    await expect.poll(() => probes(b.said)).toContain('behind')
  })

  test('[CL63] [CC51] a dead token is noticed by the check, and another one is heard by', async () => {
    const {tab, commit, fresh} = await world(inProcess)
    const b = await tab('B')
    b.browser.begin({name: 'token-expired'})
    await commit('nobody is told of this')
    await fresh(b)
    const before = heard(b.said)
    await seen(b.session, ({connection}) => connection.name === 'connected', UP_TO_MS)
    await expect
      .poll(async () => {
        await commit('is anybody there?')
        return heard(b.said) > before
      })
      .toBe(true)
    await fresh(b)
  })

  test('[CC50] without the check it stays dead, and the tab stays behind', async () => {
    const {tab, commit, differences} = await world(inProcess)
    const b = await tab('B', 'content+resume')
    b.browser.begin({name: 'token-expired'})
    for (const text of ['one', 'two', 'three']) await commit(text)
    await b.session.refetch()
    expect(await differences(b)).toEqual([])
    await commit('four')
    expect(await differences(b)).toHaveLength(1)
    expect(heard(b.said)).toBe(0)
  })
})

describe('a server killed in mid-answer', () => {
  test('[CL42] [CC15] [CC43] the tabs end with its own text, as failed, also when its log is gone', async () => {
    const {servers, tab, fresh, commit} = await world(startOwnServer, slow)
    const [a, b] = [await tab('A'), await tab('B')]
    for (const isForgotten of [false, true]) {
      const before = a.session.view().messages.length
      const sent = a.session.send('And then?')
      await seen(a.session, ({messages}) => (messages[before + 1]?.text.length ?? 0) > 20, UP_TO_MS)
      await servers.end('kill')
      if (isForgotten) servers.forgetHistory()
      await servers.startAgain()
      await sent
      await fresh(a)
      await fresh(b)
      expect(
        a.session
          .view()
          .messages.slice(before)
          .map(({status}) => status),
      ).toEqual(['complete', 'failed'])
      expect(b.session.view().messages).toEqual(a.session.view().messages)
      expect(statusesOf(a, a.session.view().messages.at(-1)?.id)).not.toContain('complete')
    }
    // The channel goes on as before.
    await commit('one more')
    await fresh(b)
  })
})
