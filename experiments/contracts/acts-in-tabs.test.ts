/**
 * Acts on conversations in real tabs, by the page's own controls: two windows of one person, one of them out of date.
 * What refuses is the server, what says so is the page.
 */
import {afterAll, beforeAll, describe, expect, test} from 'vitest'
import type {ConflictRule} from '#protocol/conflict.ts'
import type {LedgerEvent} from '#protocol/ledger-event.ts'
import {PLATFORMS, type Platform} from '#protocol/platform.ts'
import {textHash} from '#protocol/text-hash.ts'
import {defaultModelSettings} from '../../servers/model/model-settings.ts'
import {startServers, type RunningServers} from '../../servers/start.ts'
import type {BrowserTab, Sighting} from '../browser/browser-tab.ts'
import {openDevice} from '../browser/chromium.ts'
import {layout} from '../runner/layout.ts'
import {Stage} from '../runner/stage.ts'
import {findBrowser} from '../setup/find-browser.js'
import {inProject} from '../setup/project.js'
import {eventually} from './virtual-tabs-stage.ts'

const browserPath = await findBrowser()
const ledger: LedgerEvent[] = []
let servers: RunningServers
let stage: Stage

beforeAll(async () => {
  servers = await startServers(
    {
      port: 0,
      seed: 'acts-in-tabs',
      store: ':memory:',
      pageFolder: inProject('clients/page/dist'),
      carriage: 'observed',
      model: {...defaultModelSettings, instant: true},
      userCount: 0,
    },
    (event) => ledger.push(event),
  )
  stage = new Stage((name, throttlesEarly) =>
    openDevice({name, browserPath: browserPath ?? '', throttlesEarly}),
  )
})
afterAll(async () => {
  await stage.close()
  await servers.close()
})

type Line = {readonly id: string; readonly role: string; readonly status: string; readonly text: string}

const LINES = `[...document.querySelectorAll('[data-transcript] [data-message-id]')].map((line) => ({
  id: line.dataset.messageId, role: line.dataset.role, status: line.dataset.status,
  text: line.querySelector('[data-text]').textContent}))`

/** A page as its person has it. */
function atPage(tab: BrowserTab, sightings: readonly Sighting[]) {
  const lines = async () => (await tab.evaluate(LINES)) as readonly Line[]
  const textOf = (selector: string) =>
    tab.evaluate(`document.querySelector(${JSON.stringify(selector)})?.textContent ?? null`)
  return {
    tab,
    lines,
    textOf,
    said: () => textOf('[role=alert]:not([hidden])'),
    draft: () => tab.evaluate(`document.querySelector('textarea[name=prompt]').value`),
    isThere: async (selector: string) =>
      (await tab.evaluate(`document.querySelector(${JSON.stringify(selector)}) !== null`)) === true,
    /** Once the page offers it. */
    clicks: (selector: string) => eventually(() => tab.click!(selector)).toBe(true),
    /** As many lines, none of them under way. */
    settlesAt: (count: number) =>
      eventually(async () => (await lines()).filter(({status}) => status === 'complete').length).toBe(count),
    acts: () => sightings.flatMap(({event}) => (event.kind === 'acted' ? [event.act] : [])),
    seen: <K extends Sighting['event']['kind']>(kind: K) =>
      sightings.flatMap(({event}) =>
        event.kind === kind ? [event as Extract<Sighting['event'], {kind: K}>] : [],
      ),
  }
}

async function twoTabs(platform: Platform, conflictRule: ConflictRule, query: Record<string, string> = {}) {
  const {id: userId} = await servers.control.createUser({carriage: 'observed', conflictRule})
  const {conversationId} = await servers.control.createConversation(userId, 1, platform)
  const names = ['A', 'B'] as const
  const plans = names.map((tab) => ({do: 'open', tab, device: 'device-1', state: 'visible'}) as const)
  const scene = await stage.set(layout(plans), false)
  const folder = platform === 'claude' ? 'chat' : 'c'
  const [a, b] = names.map((name) => {
    const {tab} = scene.placed.get(name)!
    const sightings: Sighting[] = []
    tab.onSighting((sighting) => void sightings.push(sighting))
    return atPage(tab, sightings)
  }) as [ReturnType<typeof atPage>, ReturnType<typeof atPage>]
  const address = (tab: string) =>
    `${servers[platform].baseUrl}/${folder}/${conversationId}?${new URLSearchParams({as: userId, tab, ...query})}`
  await Promise.all([a.tab.goto(address('A')), b.tab.goto(address('B'))])
  const ofUser = () => ledger.filter((event) => 'userId' in event && event.userId === userId)
  return {a, b, ofUser, leave: scene.leave, conversationId}
}

const CHANGED = 'This conversation changed in another tab. What you wrote was not sent.'
const inABrowser = describe.skipIf(browserPath === null)

inABrowser.each(PLATFORMS)('in real tabs on %s', (platform) => {
  test('[CF3] [CF4] [CF14] what is refused says so, shows the changes, keeps the words, and goes to their end anyway', async () => {
    const {a, b, ofUser, leave} = await twoTabs(platform, 'reject')
    await a.tab.send('From A')
    await a.settlesAt(4)
    const before = await b.lines()
    await b.tab.send('From B')
    await eventually(b.said).toBe(CHANGED)
    await eventually(() =>
      ofUser().find((event) => event.kind === 'asked' && event.status === 409),
    ).toMatchObject({tab: 'B', what: 'send'})
    expect(ofUser().find(({kind}) => kind === 'refused')).toMatchObject({
      leafId: (await a.lines()).at(-1)?.id,
    })
    expect(await b.lines()).toEqual(before)
    expect([await b.isThere('[data-act=show-changes]'), await b.isThere('[data-act=send-anyway]')]).toEqual([
      true,
      true,
    ])

    await b.clicks('[data-act=show-changes]')
    await eventually(b.lines).toEqual(await a.lines())
    expect([await b.said(), await b.draft()]).toEqual([null, 'From B'])

    await a.tab.send('More of A')
    await a.settlesAt(6)
    await b.tab.press!('Enter')
    await eventually(b.said).toBe(CHANGED)
    await b.clicks('[data-act=send-anyway]')
    await b.settlesAt(8)
    const [leafOfA] = (await a.lines()).slice(-1)
    const mine = (await b.lines()).at(-2)
    expect(mine).toMatchObject({role: 'user', text: 'From B'})
    expect(ofUser()).toContainEqual(
      expect.objectContaining({kind: 'committed', messageId: mine?.id, parentId: leafOfA?.id}),
    )
    expect([await b.said(), await b.draft(), await b.isThere('[data-act=send-anyway]')]).toEqual([
      null,
      '',
      false,
    ])
    leave()
  })

  test('[PG7] [PG8] [PG9] [CF16] [WI17] [WI18] it is renamed, answered by another model and deleted by the header, and the other tab finds out by looking', async () => {
    const {a, b, ofUser, leave} = await twoTabs(platform, 'fork', {guards: 'refetch-first'})
    await a.clicks('button[data-act=rename]')
    await eventually(() => a.isThere('input[name=title]')).toBe(true)
    await a.tab.overwrite!('Called otherwise')
    await a.tab.press!('Enter')
    await eventually(() => a.textOf('h1')).toBe('Called otherwise')
    await a.tab.evaluate(`(() => {
      const picker = document.querySelector('select[name=model]')
      picker.value = 'scripted-large'
      picker.dispatchEvent(new Event('change', {bubbles: true}))
    })()`)
    await eventually(() => ofUser().map(({kind}) => kind)).toContain('model-chosen')
    await b.tab.send('From B')
    await b.settlesAt(4)
    await eventually(() => b.seen('titled').at(-1)?.titleHash).toBe(textHash('Called otherwise'))
    expect(b.seen('model-shown').map(({model}) => model)).toEqual(['scripted', 'scripted-large'])
    expect(ofUser()).toContainEqual(expect.objectContaining({kind: 'turn-began', model: 'scripted-large'}))

    await a.clicks('button[data-act=delete]')
    await a.clicks('button[data-act=confirm-delete]')
    await eventually(() => a.textOf('h1')).toBe('New chat')
    expect(await a.tab.evaluate('location.pathname')).toBe(platform === 'claude' ? '/new' : '/')
    expect(a.acts()).toEqual(['renamed', 'model-chosen', 'deleted'])
    await b.tab.send('Into nothing')
    await eventually(b.said).toMatch(/deleted/)
    expect(await b.draft()).toBe('Into nothing')
    expect(b.acts()).toEqual(['sent'])
    expect(await b.tab.click!('button[aria-label=Send]')).toBe(false)
    leave()
  })
})
