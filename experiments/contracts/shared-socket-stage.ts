/** A browser, the real servers and one person after another, for what tabs of one browser do to each other. */
import {expect} from 'vitest'
import type {LedgerEvent} from '#protocol/ledger-event.ts'
import type {PolicyName} from '#protocol/policy.ts'
import type {WitnessEvent} from '#protocol/witness-event.ts'
import {defaultModelSettings} from '../../servers/model/model-settings.ts'
import {startServers} from '../../servers/start.ts'
import type {BrowserTab, Sighting} from '../browser/browser-tab.ts'
import {openDevice, type Device} from '../browser/chromium.ts'
import {monotonicNowMs} from '../browser/clock.ts'
import {inProject} from '../setup/project.js'

export type StagedTab = {readonly tab: BrowserTab; readonly name: string; readonly said: Sighting[]}
export type SocketStage = Awaited<ReturnType<typeof openSocketStage>>

export async function openSocketStage(browserPath: string) {
  const ledger: LedgerEvent[] = []
  const opened: BrowserTab[] = []
  const servers = await startServers(
    {
      port: 0,
      seed: 'shared-socket',
      store: ':memory:',
      pageFolder: inProject('clients/page/dist'),
      carriage: 'content',
      model: {...defaultModelSettings, instant: true},
      userCount: 0,
    },
    (event) => ledger.push(event),
  )
  const device: Device = await openDevice({name: 'device-1', browserPath, throttlesEarly: false})
  const keep = (tab: BrowserTab) => {
    opened.push(tab)
    return tab
  }

  async function person(policy: PolicyName) {
    const {id: userId} = await servers.control.createUser({carriage: 'content'})
    const {conversationId} = await servers.control.createConversation(userId, 1)
    const url = (tab: string) =>
      `${servers.chatgpt.baseUrl}/c/${conversationId}?${new URLSearchParams({as: userId, tab, policy})}`
    const tabsOf = (kind: 'connected' | 'delivered') =>
      ledger.flatMap((event) => (event.kind === kind && event.userId === userId ? [event.tab] : []))

    async function show(tab: BrowserTab, name: string): Promise<StagedTab> {
      const said: Sighting[] = []
      keep(tab).onSighting((sighting) => said.push(sighting))
      await tab.goto(url(name))
      return {tab, name, said}
    }
    return {
      url,
      show,
      inWindow: async (name: string) => show(await device.openWindow(), name),
      /** A tab behind another one that hides it. */
      async behind(name: string) {
        const cover = keep(await device.openWindow())
        return {cover, ...(await show(await device.openBehind(cover), name))}
      },
      write: (text: string) => servers.control.commitMessage(userId, conversationId, text),
      connected: () => tabsOf('connected'),
      delivered: () => tabsOf('delivered'),
      /** Whose socket is open, as the server has it. */
      open: () =>
        ledger.reduce<readonly string[]>((tabs, event) => {
          if (event.kind === 'connected' && event.userId === userId) return [...tabs, event.tab]
          if (event.kind !== 'disconnected' || event.userId !== userId) return tabs
          return tabs.toSpliced(tabs.indexOf(event.tab), 1)
        }, []),
      /** Every tab shows what the server has. */
      async areFresh(tabs: readonly StagedTab[]): Promise<void> {
        const view = await servers.control.serverView(conversationId)
        const wanted = view.map(({id, chars}) => [id, chars])
        for (const {tab} of tabs) await expect.poll(() => transcriptOf(tab), {timeout: 8_000}).toEqual(wanted)
      },
    }
  }

  return {
    device,
    keep,
    person,
    /** At once, and the tabs are not told. */
    async endWorkers(): Promise<void> {
      const {targetInfos} = await device.cdp.send('Target.getTargets')
      const workers = targetInfos.filter(({type}) => type === 'shared_worker')
      for (const {targetId} of workers) await device.cdp.send('Target.closeTarget', {targetId})
    },
    async closeTabs(): Promise<void> {
      for (const tab of opened.splice(0)) await tab.close().catch(() => undefined)
    },
    async close(): Promise<void> {
      await device.close()
      await servers.close()
    },
  }
}

const transcriptOf = (tab: BrowserTab): Promise<unknown> =>
  tab.evaluate(`[...document.querySelectorAll('[data-message-id]')]
    .map((line) => [line.dataset.messageId, line.querySelector('[data-text]').textContent.length])`)

export const rolesOf = ({said}: StagedTab) =>
  said.flatMap(({event}) => (event.kind === 'role' ? [event.role] : []))

/** The message came over the shared socket, and not a second time as far as the tab has told. */
export async function receivedOnce({said}: StagedTab, messageId: string): Promise<void> {
  const times = () =>
    said.filter(
      ({event}) =>
        event.kind === 'received' && event.via === 'celsius' && event.messageIds.includes(messageId),
    )
  await expect.poll(() => times().length, {timeout: 5_000}).toBe(1)
}

export const isFollower = (event: WitnessEvent) => event.kind === 'role' && event.role === 'follower'
const isOpen = (event: WitnessEvent) => event.kind === 'connection' && event.state === 'open'

/** How many milliseconds it takes from now until the tab is connected again; written down as what was measured. */
export async function reconnected({tab, name}: StagedTab, what: string): Promise<number> {
  const fromMs = monotonicNowMs()
  const {at} = await tab.sighting(isOpen, 12_000, `the tab to be connected after: ${what}`)
  process.stderr.write(`measured: ${what}: ${name} connected again after ${Math.round(at - fromMs)} ms\n`)
  return at - fromMs
}
