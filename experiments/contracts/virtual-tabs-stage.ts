/** For tests: the real servers with one person and a conversation, and virtual tabs of theirs, on either platform. */
import {expect, onTestFinished} from 'vitest'
import {WebSocket as Socket} from 'ws'
import type {Carriage} from '#protocol/carriage.ts'
import type {ConflictRule} from '#protocol/conflict.ts'
import type {LedgerEvent} from '#protocol/ledger-event.ts'
import type {Platform} from '#protocol/platform.ts'
import type {Remedy} from '#protocol/policy.ts'
import type {SendGuard} from '#protocol/send-guard.ts'
import type {ChatSession, WitnessStamp} from '../../clients/sync/chat-session.ts'
import {createChatgptSession} from '../../clients/sync/chatgpt/session.ts'
import {noPush} from '../../clients/sync/claude/no-push.ts'
import {createClaudeSession} from '../../clients/sync/claude/session.ts'
import {nodeSurroundings} from '../../clients/sync/node-surroundings.ts'
import {defaultModelSettings, type ModelSettings} from '../../servers/model/model-settings.ts'
import {startServers} from '../../servers/start.ts'

export const instant: ModelSettings = {...defaultModelSettings, instant: true}
export const slow: ModelSettings = {
  ...defaultModelSettings,
  firstTokenDelayMs: [0, 0],
  tokensPerSecond: [5, 5],
  tokens: [50, 50],
}

/** A machine may be busy with much else. */
export const eventually = <T>(look: () => T) => expect.poll(look, {timeout: 10_000})

export type VirtualTab = {readonly session: ChatSession; readonly stamps: readonly WitnessStamp[]}

type Circumstances = {
  readonly conflictRule?: ConflictRule
  readonly carriage?: Carriage
  readonly model?: ModelSettings
}

type TabCircumstances = {
  readonly sendGuards?: readonly SendGuard[]
  readonly remedies?: readonly Remedy[]
  readonly fetch?: typeof fetch
  /** Its socket never opens. */
  readonly isDeaf?: boolean
}

/** Waits of the pages take a hundredth of their time. */
export async function virtualTabs(
  platform: Platform,
  {conflictRule = 'fork', carriage = 'observed', model = instant}: Circumstances = {},
) {
  const ledger: LedgerEvent[] = []
  const servers = await startServers(
    {port: 0, seed: 's', store: null, pageFolder: null, carriage, model, userCount: 0},
    (event) => ledger.push(event),
  )
  onTestFinished(() => servers.close())
  const {baseUrl, origin} = servers[platform]
  const user = await servers.control.createUser({conflictRule, carriage})
  const newConversation = async () =>
    (await servers.control.createConversation(user.id, 1, platform)).conversationId
  const conversationId = await newConversation()

  async function tab(name: string, circumstances: TabCircumstances = {}): Promise<VirtualTab> {
    const {sendGuards = [], remedies = [], fetch: fetchOf = fetch, isDeaf = false} = circumstances
    const stamps: WitnessStamp[] = []
    const options = {
      baseUrl,
      bearer: user.bearer,
      userId: user.id,
      accountId: platform === 'claude' ? user.organizationId : user.accountId,
      tab: name,
      remedies,
      pollPace: 2_000,
      sendGuards,
    }
    const surroundings = nodeSurroundings(
      {
        openSocket: (url: string) => {
          const reached = isDeaf ? url.replace('/ws/', '/nowhere/') : url
          return new Socket(reached, {headers: {origin}}) as unknown as WebSocket
        },
        push: noPush('no push here'),
        openRelay: () => null,
        witness: (event: WitnessStamp) => void stamps.push(event),
      },
      {
        fetch: fetchOf,
        setTimer(run, delayMs) {
          const timer = setTimeout(run, delayMs / 100)
          return () => clearTimeout(timer)
        },
      },
    )
    const session =
      platform === 'claude'
        ? createClaudeSession(options, surroundings)
        : createChatgptSession(options, surroundings)
    onTestFinished(() => session.close())
    await session.start()
    await session.openConversation(conversationId)
    return {session, stamps}
  }

  /** How many children each parent has, of what is stored. */
  const children = (id = conversationId) => {
    const committed = ledger.filter((event) => event.kind === 'committed' && event.conversationId === id)
    const byParent = Map.groupBy(committed, (event) => (event.kind === 'committed' ? event.parentId : null))
    return [...byParent.values()].map(({length}) => length)
  }
  const serverIds = async (id = conversationId) =>
    (await servers.control.serverView(id)).map((message) => message.id)
  const sends = () => ledger.filter((event) => event.kind === 'asked' && event.what === 'send').length
  const {control} = servers
  return {
    tab,
    children,
    serverIds,
    sends,
    newConversation,
    ledger,
    conversationId,
    control,
    userId: user.id,
  }
}

export const texts = ({session}: Pick<VirtualTab, 'session'>) => session.view().messages.map(({text}) => text)
export const ids = ({session}: Pick<VirtualTab, 'session'>) => session.view().messages.map(({id}) => id)
export const actsOf = ({stamps}: Pick<VirtualTab, 'stamps'>) =>
  stamps.flatMap((stamp) => (stamp.kind === 'acted' ? [stamp.act] : []))
