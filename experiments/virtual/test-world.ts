/** For tests: servers, one person with one conversation, networks in front of them, and virtual tabs. Ends after the test. */
import {onTestFinished} from 'vitest'
import type {LedgerEvent} from '#protocol/ledger-event.ts'
import {POLICIES, type PolicyName} from '#protocol/policy.ts'
import type {WitnessEvent} from '#protocol/witness-event.ts'
import {defaultModelSettings} from '../../servers/model/model-settings.ts'
import {startServers} from '../../servers/start.ts'
import type {UserSettings} from '../../servers/accounts/user.ts'
import {createFaultBoard, type FaultBoard} from '../faults/fault-board.ts'
import {openFaultProxy} from '../faults/fault-proxy.ts'
import type {FaultEvent} from '../history/fault-event.ts'
import {chatgptSession} from './chatgpt-virtual-tab.ts'
import type {PageLife} from './page-life.ts'
import {seen, virtualTabOf} from './virtual-tab.ts'

/** Waits of the page shrink to this part, so that a reconnect takes milliseconds. */
const HASTE = 100
const UP_TO_MS = 8_000

/** A way to the servers of its own, on which faults can be laid. */
export type Network = {
  readonly events: readonly FaultEvent[]
  readonly board: FaultBoard
  readonly origin: string
}

export async function testWorld(policy: PolicyName, settings: Partial<UserSettings> = {}) {
  const ledger: LedgerEvent[] = []
  const {carriage} = POLICIES[policy]
  const servers = await startServers(
    {
      port: 0,
      seed: 's',
      store: null,
      pageFolder: null,
      carriage,
      model: {...defaultModelSettings, speed: 10},
      userCount: 0,
    },
    (event) => ledger.push(event),
  )
  onTestFinished(() => servers.close())
  const {control} = servers
  const person = await control.createUser(settings)
  const {conversationId} = await control.createConversation(person.id, 1)

  async function network(): Promise<Network> {
    const events: FaultEvent[] = []
    const board = createFaultBoard({seed: 'test', record: (event) => events.push(event)})
    const serverPort = Number(new URL(servers.chatgpt.baseUrl).port)
    const proxy = await openFaultProxy({serverPort, board, owner: null, lingerMs: 100})
    onTestFinished(() => proxy.close())
    await control.addFront(proxy.port)
    return {events, board, origin: proxy.origin}
  }

  async function tab(name: string, first: Network) {
    const said: WitnessEvent[] = []
    let present = first
    // The page's address stays the same; which way its packets go is not the page's business.
    const throughPresent = (life: PageLife): PageLife => ({
      ...life,
      fetch: (input, init) =>
        life.fetch(typeof input === 'string' ? input.replace(first.origin, present.origin) : input, init),
      openSocket(url) {
        const {host} = new URL(present.origin)
        return life.openSocket(url.replace(new URL(first.origin).host, host), present.origin)
      },
    })
    const open = virtualTabOf((options, life, stamp) => chatgptSession(options, throughPresent(life), stamp))
    const opened = open({
      name,
      policy,
      person,
      origin: first.origin,
      haste: HASTE,
      random: () => 0.5,
      say: (event) => said.push(event),
    })
    onTestFinished(() => opened.close())
    await opened.open(conversationId, UP_TO_MS)
    return {
      ...opened,
      said,
      moveTo: (next: Network) => void (present = next),
      shown: () => opened.session.view().messages.map(({id, text}) => [id, text.length]),
      refetches: () => said.filter((event) => event.kind === 'received' && event.via === 'refetch').length,
      connection: (name_: string) =>
        seen(opened.session, ({connection}) => connection.name === name_, UP_TO_MS),
      shows: (id: string) =>
        seen(opened.session, ({messages}) => messages.some((message) => message.id === id), UP_TO_MS),
      /** More than once in one view. */
      doubled: () =>
        said.some(
          (event) => event.kind === 'shown' && new Set(event.view.map(({id}) => id)).size < event.view.length,
        ),
    }
  }

  const of = (kind: LedgerEvent['kind'], tabName: string) =>
    ledger.filter((event) => event.kind === kind && 'tab' in event && event.tab === tabName)

  return {
    servers,
    control,
    person,
    conversationId,
    ledger,
    of,
    network,
    tab,
    commit: (text: string) => control.commitMessage(person.id, conversationId, text),
    served: async () => (await control.serverView(conversationId)).map(({id, chars}) => [id, chars]),
  }
}
