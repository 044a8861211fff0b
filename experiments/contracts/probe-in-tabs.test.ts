/** Remedy `probe` in a real browser: what a tab hears of being back, and what it does about its link. Rules CO10, CO13, PO10. */
import {afterAll, beforeAll, expect, test} from 'vitest'
import type {WitnessEvent} from '#protocol/witness-event.ts'
import {defaultModelSettings} from '../../servers/model/model-settings.ts'
import {startServers, type RunningServers} from '../../servers/start.ts'
import {openDevice} from '../browser/chromium.ts'
import {bringBack, holdState} from '../browser/tab-state.ts'
import {layout} from '../runner/layout.ts'
import {Stage} from '../runner/stage.ts'
import {findBrowser} from '../setup/find-browser.js'
import {inProject} from '../setup/project.js'

const browserPath = await findBrowser()
let servers: RunningServers
let stage: Stage

beforeAll(async () => {
  servers = await startServers(
    {
      port: 0,
      seed: 'probe-in-tabs',
      store: ':memory:',
      pageFolder: inProject('clients/page/dist'),
      carriage: 'content',
      model: {...defaultModelSettings, instant: true},
      userCount: 0,
    },
    () => {},
  )
  stage = new Stage((name, throttlesEarly) =>
    openDevice({name, browserPath: browserPath ?? '', throttlesEarly}),
  )
})
afterAll(async () => {
  await stage.close()
  await servers.close()
})

const UP_TO_MS = 15_000

test.skipIf(browserPath === null)(
  '[PO10] [CO13] a tab that is shown asks its link and keeps it; one that was frozen comes back at once and has everything',
  async () => {
    const {control, chatgpt} = servers
    const {id: userId} = await control.createUser({carriage: 'content'})
    const {conversationId} = await control.createConversation(userId, 1)
    const opens = ['visible', 'hidden'] as const
    const plans = opens.map((state, index) => ({
      do: 'open' as const,
      tab: 'AB'[index] ?? '',
      device: 'device-1',
      state,
    }))
    const scene = await stage.set(layout(plans), false)
    const [front, back] = ['A', 'B'].map((name) => scene.placed.get(name)!.tab)
    const said: WitnessEvent[] = []
    back!.onSighting(({event}) => void said.push(event))
    const address = (tab: string) =>
      `${chatgpt.baseUrl}/c/${conversationId}?${new URLSearchParams({as: userId, tab, policy: 'content+resume+probe'})}`
    await Promise.all([front!.goto(address('A')), back!.goto(address('B'))])

    const probes = () => said.flatMap((event) => (event.kind === 'probed' ? [event] : []))
    const states = () => said.flatMap((event) => (event.kind === 'connection' ? [event.state] : []))
    const lines = () => said.findLast((event) => event.kind === 'shown')?.view.length
    await expect.poll(() => states().at(-1), {timeout: UP_TO_MS}).toBe('following')

    await bringBack(back!)
    await expect
      .poll(() => probes().at(0), {timeout: UP_TO_MS})
      .toMatchObject({because: 'shown', outcome: 'alive'})
    expect(states()).toHaveLength(3)

    await holdState(back!, 'frozen', front!)
    await control.commitMessage(userId, conversationId, 'one')
    await control.commitMessage(userId, conversationId, 'two')
    const before = said.length
    await bringBack(back!)
    await expect.poll(lines, {timeout: UP_TO_MS}).toBe(4)
    const since = said.slice(before).filter((event) => event.kind === 'connection')
    const [left] = since
    const back2 = since.find((event) => event.state === 'following')
    // The observed page would have waited for a second at least.
    expect(back2!.at - left!.at).toBeLessThan(1_000)
    scene.leave()
  },
)
