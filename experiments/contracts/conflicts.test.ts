/**
 * Two virtual tabs of one person against the real servers: what each conflict rule and each guard makes of a send that is
 * out of date, on both platforms.
 */
import * as fc from 'fast-check'
import {describe, expect, test} from 'vitest'
import {PLATFORMS} from '#protocol/platform.ts'
import {eventually, ids, slow, texts, virtualTabs} from './virtual-tabs-stage.ts'

const SENTENCE = /^This conversation changed in another tab\./

const isLinear = (children: readonly number[]) => children.every((count) => count === 1)

describe.each(PLATFORMS)('on %s', (platform) => {
  test('[CF1] [TU7] under fork a stale tab forks, and nobody says anything', async () => {
    const {tab, children} = await virtualTabs(platform, {conflictRule: 'fork'})
    const [a, b] = [await tab('A'), await tab('B')]
    await a.session.send('From A')
    await b.session.send('From B')
    expect(isLinear(children())).toBe(false)
    expect(b.session.view()).toMatchObject({conflict: null, notice: null})
  })

  test('[CF3] [CF14] under reject a stale tab sends nothing, is told, and shows the changes', async () => {
    const {tab, children, serverIds} = await virtualTabs(platform, {conflictRule: 'reject'})
    const [a, b] = [await tab('A'), await tab('B')]
    await a.session.send('From A')
    await b.session.send('From B')
    const {conflict, notice} = b.session.view()
    expect(conflict).toEqual({text: 'From B', currentLeafId: (await serverIds()).at(-1), why: 'refused'})
    expect(notice).toMatch(SENTENCE)
    expect(b.stamps).toContainEqual({kind: 'notice', text: notice})
    expect(texts(b)).toHaveLength(2)
    await b.session.showChanges()
    expect(ids(b)).toEqual(await serverIds())
    expect(b.session.view()).toMatchObject({conflict: null, notice: null})
    expect(isLinear(children())).toBe(true)
  })

  test('[CF14] to send anyway puts it at the end, where everybody sees all of it', async () => {
    const {tab, children, serverIds} = await virtualTabs(platform, {conflictRule: 'reject'})
    const [a, b] = [await tab('A'), await tab('B')]
    await a.session.send('From A')
    await b.session.send('From B')
    await b.session.sendAnyway()
    expect(texts(b).filter((text) => text.startsWith('From'))).toEqual(['From A', 'From B'])
    expect(ids(b)).toEqual(await serverIds())
    expect(b.session.view()).toMatchObject({conflict: null, notice: null})
    expect(isLinear(children())).toBe(true)
    const sent = b.stamps.flatMap((stamp) => (stamp.kind === 'acted' ? [stamp.messageId] : []))
    expect(new Set(sent).size).toBe(2)
  })

  test('[CF3] of two that are sent at once one is in and the other asks', async () => {
    const {tab, children} = await virtualTabs(platform, {conflictRule: 'reject'})
    const both = [await tab('A'), await tab('B')]
    await Promise.all(both.map(({session}) => session.send('At once')))
    expect(both.filter(({session}) => session.view().conflict !== null)).toHaveLength(1)
    expect(isLinear(children())).toBe(true)
  })

  test('[CF3] while the answer of another tab is being written nothing can be sent, not even anyway', async () => {
    const {tab, children} = await virtualTabs(platform, {conflictRule: 'reject', model: slow})
    const [a, b] = [await tab('A'), await tab('B')]
    const sent = a.session.send('From A')
    await eventually(() => a.session.view().messages[2]?.status).toBe('complete')
    await b.session.send('From B')
    expect(b.session.view().conflict?.why).toBe('refused')
    await b.session.sendAnyway()
    expect(b.session.view().conflict?.why).toBe('refused')
    await a.session.stop()
    await sent
    const sentAnyway = b.session.sendAnyway()
    await eventually(() => b.session.view().messages.length).toBeGreaterThan(5)
    expect(b.session.view().conflict).toBeNull()
    await b.session.stop()
    await sentAnyway
    expect(isLinear(children())).toBe(true)
  })

  test('[CF2] under reject edits, other answers and chosen branches work', async () => {
    const {tab} = await virtualTabs(platform, {conflictRule: 'reject'})
    const {session} = await tab('A')
    const [question, answer] = session.view().messages
    await session.regenerate(answer!.id)
    expect(session.view().messages.at(-1)?.branch).toMatchObject({index: 2})
    session.showBranch(answer!.id)
    await session.send('Here')
    expect(texts({session})).toHaveLength(4)
    expect(session.view().messages[2]).toMatchObject({text: 'Here', parentId: answer!.id})
    await session.edit(question!.id, 'In other words?')
    expect(session.view().messages[0]).toMatchObject({text: 'In other words?', branch: {index: 2}})
    expect(session.view().conflict).toBeNull()
  })

  test('[CF5] [CF15] under rebase a stale tab ends with everything in one line, and is told', async () => {
    const {tab, children, serverIds} = await virtualTabs(platform, {conflictRule: 'rebase'})
    const [a, b] = [await tab('A'), await tab('B')]
    await a.session.send('From A')
    await b.session.send('From B')
    // ChatGPT's answer says where the message stands; what it stands on is still read.
    if (platform === 'chatgpt') await eventually(() => texts(b).length).toBe(6)
    expect(ids(b)).toEqual(await serverIds())
    expect(texts(b).filter((text) => text.startsWith('From'))).toEqual(['From A', 'From B'])
    expect(b.session.view().notice).toMatch(SENTENCE)
    expect(isLinear(children())).toBe(true)
  })

  test('[CF10] with if-match even fork refuses what is stale, and an edit of what another tab continued', async () => {
    const {tab, children} = await virtualTabs(platform, {conflictRule: 'fork'})
    const [a, b] = [await tab('A'), await tab('B', {sendGuards: ['if-match']})]
    const [question] = b.session.view().messages
    await a.session.send('From A')
    await b.session.send('From B')
    expect(b.session.view().conflict?.text).toBe('From B')
    await b.session.edit(question!.id, 'In other words?')
    expect(b.session.view().conflict?.text).toBe('In other words?')
    expect(isLinear(children())).toBe(true)
    await b.session.sendAnyway()
    expect(b.session.view().conflict).toBeNull()
    expect(b.session.view().messages[0]).toMatchObject({text: 'In other words?', branch: {index: 2}})
  })

  test('[CF12] with refetch-first nothing forks that was there before', async () => {
    const {tab, children, serverIds} = await virtualTabs(platform, {conflictRule: 'fork'})
    const [a, b] = [await tab('A'), await tab('B', {sendGuards: ['refetch-first']})]
    await a.session.send('From A')
    await b.session.send('From B')
    expect(ids(b)).toEqual(await serverIds())
    expect(texts(b)).toHaveLength(6)
    expect(isLinear(children())).toBe(true)
  })

  test('[CF13] with refetch-first and warn-first nothing is sent before the person has seen it', async () => {
    const {tab, sends} = await virtualTabs(platform, {conflictRule: 'fork'})
    const [a, b] = [await tab('A'), await tab('B', {sendGuards: ['refetch-first', 'warn-first']})]
    await a.session.send('From A')
    await eventually(sends).toBe(1)
    await b.session.send('From B')
    expect(b.session.view().conflict?.why).toBe('warned')
    expect(sends()).toBe(1)
    await b.session.sendAnyway()
    expect(texts(b)).toHaveLength(6)
  })

  test('[CF8] [CF11] a lost 200 makes no second message where sending is idempotent', async () => {
    const {tab, children, serverIds} = await virtualTabs(platform, {conflictRule: 'fork'})
    let isLost = false
    const losesOne: typeof fetch = async (input, init) => {
      const response = await fetch(input, init)
      const isSend = /\/(f\/conversation|completion)$/.test(new URL(response.url).pathname)
      if (!isSend || isLost) return response
      isLost = true
      await response.body?.cancel()
      throw new TypeError('terminated')
    }
    const b = await tab('B', {sendGuards: ['idempotent'], fetch: losesOne})
    await b.session.send('Once')
    expect(isLost).toBe(true)
    expect(ids(b)).toEqual(await serverIds())
    expect(texts(b).filter((text) => text === 'Once')).toHaveLength(1)
    expect(b.session.view()).toMatchObject({notice: null, phase: 'ready'})
    expect(isLinear(children())).toBe(true)
  })

  test.each(['reject', 'rebase'] as const)(
    '[CF3] [CF5] under %s two tabs that send and look in any order never fork, and find together',
    async (rule) => {
      const {tab, children, serverIds, newConversation} = await virtualTabs(platform, {conflictRule: rule})
      const tabs = [await tab('A'), await tab('B')] as const
      const step = fc.record({
        who: fc.constantFrom(0 as const, 1 as const),
        does: fc.constantFrom('send', 'look', 'both', 'anyway'),
      })
      await fc.assert(
        fc.asyncProperty(fc.array(step, {minLength: 2, maxLength: 6}), async (script) => {
          const id = await newConversation()
          await Promise.all(tabs.map(({session}) => session.openConversation(id)))
          for (const {who, does} of script) {
            const {session} = tabs[who]
            if (does === 'send') await session.send('Mine')
            else if (does === 'look') await session.refetch()
            else if (does === 'anyway') await session.sendAnyway()
            else await Promise.all(tabs.map((both) => both.session.send('At once')))
          }
          expect(isLinear(children(id))).toBe(true)
          await Promise.all(tabs.map(({session}) => session.refetch()))
          const there = await serverIds(id)
          for (const one of tabs) expect(ids(one)).toEqual(there)
        }),
        {numRuns: 12},
      )
    },
  )
})

test('[CF13] on chatgpt the notice that another turn ended is enough to ask first', async () => {
  const {tab, sends} = await virtualTabs('chatgpt', {conflictRule: 'fork'})
  const [a, b] = [await tab('A'), await tab('B', {sendGuards: ['warn-first']})]
  await eventually(() => b.session.view().connection.name).toBe('connected')
  const notices = () =>
    b.stamps.filter((stamp) => stamp.kind === 'received' && stamp.topic === 'conversations').length
  await b.session.send('Mine')
  await eventually(notices).toBe(1)
  await a.session.refetch()
  await a.session.send('From A')
  await eventually(notices).toBe(2)
  await b.session.send('Mine too')
  expect(b.session.view()).toMatchObject({conflict: {text: 'Mine too', why: 'warned'}})
  expect(b.session.view().messages).toHaveLength(4)
  await eventually(sends).toBe(2)
})
