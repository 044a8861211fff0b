/** Virtual tabs with habits against the real servers, on both platforms: what each habit does, and that without one nothing does. */
import {describe, expect, test} from 'vitest'
import {PLATFORMS} from '#protocol/platform.ts'
import {LAST_USER} from '../../clients/sync/signed-in.ts'
import {seen} from '../virtual/virtual-tab.ts'
import {actsOf, habitWorld, idsOf, type HabitTab} from './habit-stage.ts'

/** Their lengths tell them apart in the ledger. */
const WORDS = 'Once and only once, said as slowly as I can.'
const OTHER = 'Something that another tab says in the meantime, at its own end.'

const held = ({session}: HabitTab) => seen(session, ({messages}) => messages.at(-1)?.isHeld === true, 8_000)

describe.each(PLATFORMS)('on %s', (platform) => {
  test.each([undefined, {}] as const)(
    '[HB1] [HB2] a page without habits (%o) asks once, and finds by reading what became of it',
    async (habits) => {
      const {tab, committed, sends, serverIds} = await habitWorld(platform, {onRepeat: 'store-again'})
      const a = await tab('A', habits && {habits})
      a.befall('lost')
      await a.session.send(WORDS)
      expect(sends()).toHaveLength(1)
      expect(committed(WORDS.length)).toHaveLength(1)
      expect(idsOf(a)).toEqual(await serverIds())
    },
  )

  test.each(['lost', 'cut'] as const)(
    '[HB2] [HB3] with same-ids what was %s is sent again: a server that knows the ids has it once',
    async (mishap) => {
      const {tab, committed, sends, serverIds} = await habitWorld(platform)
      const a = await tab('A', {habits: {resend: 'same-ids'}})
      a.befall(mishap)
      await a.session.send(WORDS)
      expect(sends().map(({status}) => status)).toEqual([200, 409])
      expect(committed(WORDS.length)).toHaveLength(1)
      expect(idsOf(a)).toEqual(await serverIds())
      expect(a.session.view()).toMatchObject({phase: 'ready', notice: null})
      expect(actsOf(a)).toHaveLength(1)
    },
  )

  test('[HB3] [HB8] with same-ids a server that does not know them stores it twice', async () => {
    const {tab, committed} = await habitWorld(platform, {onRepeat: 'store-again'})
    const a = await tab('A', {habits: {resend: 'same-ids'}})
    a.befall('lost')
    await a.session.send(WORDS)
    const [first, second, ...more] = committed(WORDS.length)
    expect(more).toEqual([])
    expect(second).toMatchObject({parentId: first?.parentId, textHash: first?.textHash})
    expect(actsOf(a)).toMatchObject([{act: 'sent', messageId: first?.messageId}])
  })

  test.each([
    ['lost', 2],
    ['unsent', 1],
  ] as const)(
    '[HB3] with fresh-ids what was %s is stored %d times, and shown as it was sent last',
    async (mishap, times) => {
      const {tab, committed, serverIds} = await habitWorld(platform)
      const a = await tab('A', {habits: {resend: 'fresh-ids'}})
      a.befall(mishap)
      await a.session.send(WORDS)
      expect(committed(WORDS.length)).toHaveLength(times)
      expect(idsOf(a)).toEqual(await serverIds())
      expect(a.session.view().messages[2]).toMatchObject({text: WORDS, status: 'complete'})
      expect(new Set(committed(WORDS.length).map(({parentId}) => parentId)).size).toBe(1)
      expect(actsOf(a)).toHaveLength(1)
    },
  )

  test('[HB2] the guard decides where it is set: a server that would store it again has it once', async () => {
    // Claude.ai has no other key than the ids, which such a server does not know.
    const {tab, committed} = await habitWorld(
      platform,
      platform === 'chatgpt' ? {onRepeat: 'store-again'} : {},
    )
    const a = await tab('A', {habits: {resend: 'fresh-ids'}, sendGuards: ['idempotent']})
    a.befall('lost')
    await a.session.send(WORDS)
    expect(committed(WORDS.length)).toHaveLength(1)
  })

  test.each([
    ['never', 1],
    ['same-ids', 3],
    ['fresh-ids', 3],
  ] as const)('[HB2] with resend=%s a POST goes out %d times at most', async (resend, times) => {
    const {tab, committed} = await habitWorld(platform)
    const a = await tab('A', {habits: {resend}})
    a.befall('unsent', 'unsent', 'unsent', 'unsent')
    await a.session.send(WORDS)
    expect(a.network.sends).toBe(times)
    expect(committed(WORDS.length)).toEqual([])
    expect(a.session.view()).toMatchObject({phase: 'ready', conflict: null})
  })

  test('[HB4] what cannot be sent waits, says so, and goes after what it was written after', async () => {
    const {tab, committed} = await habitWorld(platform)
    const [a, b] = [await tab('A'), await tab('B', {habits: {outbox: 'replay'}})]
    const [, answer] = b.session.view().messages
    b.network.isDown = true
    const sent = b.session.send(WORDS)
    await held(b)
    expect(b.session.view()).toMatchObject({
      phase: 'answering',
      notice: expect.stringMatching(/^Waiting for the network/),
    })
    expect(b.session.view().messages.at(-1)).toMatchObject({text: WORDS, status: 'sending'})
    await a.session.send(OTHER)
    b.network.isDown = false
    b.page.wake('online')
    await sent
    const [[replayed], [other]] = [committed(WORDS.length), committed(OTHER.length)]
    expect(replayed?.parentId).toBe(answer?.id)
    expect(other?.parentId).toBe(answer?.id)
    expect(actsOf(b)).toMatchObject([{act: 'sent', messageId: replayed?.messageId, parentId: answer?.id}])
    expect(b.session.view()).toMatchObject({phase: 'ready', notice: null, conflict: null})
  })

  test('[HB4] nobody need say that there is a network: it is tried, at growing distances', async () => {
    const {tab, committed} = await habitWorld(platform)
    const a = await tab('A', {habits: {outbox: 'replay'}})
    a.network.isDown = true
    const sent = a.session.send(WORDS)
    await held(a)
    a.network.isDown = false
    await sent
    expect(committed(WORDS.length)).toHaveLength(1)
  })

  test('[HB4] [CF14] under reject what went out too late is refused, and the person is asked', async () => {
    const {tab, committed, serverIds} = await habitWorld(platform, {conflictRule: 'reject'})
    const [a, b] = [await tab('A'), await tab('B', {habits: {outbox: 'replay'}})]
    b.network.isDown = true
    const sent = b.session.send(WORDS)
    await held(b)
    await a.session.send(OTHER)
    b.network.isDown = false
    b.page.wake('online')
    await sent
    expect(committed(WORDS.length)).toEqual([])
    expect(b.session.view().conflict).toEqual({
      text: WORDS,
      currentLeafId: (await serverIds()).at(-1),
      why: 'refused',
    })
    expect(b.session.view().notice).toMatch(/^This conversation changed in another tab\./)
    await b.session.sendAnyway()
    expect(idsOf(b)).toEqual(await serverIds())
  })

  test('[HB4] an answer that was lost may be of a message that is there: its replay is no second one', async () => {
    const {tab, committed, serverIds} = await habitWorld(platform)
    const a = await tab('A', {habits: {outbox: 'replay'}})
    a.befall('lost')
    await a.session.send(WORDS)
    expect(committed(WORDS.length)).toHaveLength(1)
    expect(idsOf(a)).toEqual(await serverIds())
    expect(a.session.view()).toMatchObject({phase: 'ready', notice: null})
  })

  test('[HB4] what waits can be taken back, and is not sent then', async () => {
    const {tab, committed} = await habitWorld(platform)
    const a = await tab('A', {habits: {outbox: 'replay'}})
    a.network.isDown = true
    const sent = a.session.send(WORDS)
    await held(a)
    await a.session.stop()
    await sent
    expect(a.session.view()).toMatchObject({phase: 'ready', notice: null})
    expect(a.session.view().messages.at(-1)).toMatchObject({text: WORDS, status: 'failed'})
    a.network.isDown = false
    a.page.wake('online')
    await a.session.refetch()
    expect(committed(WORDS.length)).toEqual([])
  })

  test('[HB4] who goes elsewhere leaves what waits, and hears no more of it', async () => {
    const {tab, committed} = await habitWorld(platform)
    const a = await tab('A', {habits: {outbox: 'replay'}})
    a.network.isDown = true
    const sent = a.session.send(WORDS)
    await held(a)
    a.session.newConversation()
    a.network.isDown = false
    a.page.wake('online')
    await sent
    expect(a.session.view()).toMatchObject({phase: 'ready', notice: null, messages: []})
    expect(committed(WORDS.length)).toEqual([])
  })

  test('[HB4] without the habit what cannot be sent fails, and the page says so', async () => {
    const {tab} = await habitWorld(platform)
    const a = await tab('A', {habits: {resend: 'never'}})
    a.befall('unsent')
    await a.session.send(WORDS)
    expect(a.session.view().messages.some(({isHeld}) => isHeld)).toBe(false)
    expect(a.session.view().notice).not.toBeNull()
  })

  test('[HB6] with login=browser a page sends as whoever signed in last, and shows whom it was opened for', async () => {
    const {tab, newPerson, requestsOf, committed} = await habitWorld(platform)
    const kept = new Map<string, string>()
    const storage = {
      get: (key: string) => kept.get(key) ?? null,
      set: (key: string, value: string) => void kept.set(key, value),
      remove: (key: string) => void kept.delete(key),
    }
    const a = await tab('A', {habits: {login: 'browser'}, storage})
    const careful = await tab('C', {storage})
    const [other, before] = [await newPerson(), requestsOf('A').length]
    storage.set(LAST_USER, other.id)
    await a.session.send(WORDS)
    const whose = requestsOf('A', before)
    expect(whose.length).toBeGreaterThan(0)
    expect(new Set(whose)).toEqual(new Set([other.id]))
    // It is not theirs: nobody lets them write into it.
    expect(committed(WORDS.length)).toEqual([])
    a.session.newConversation()
    await a.session.send(WORDS)
    expect(committed(WORDS.length).map(({userId}) => userId)).toEqual(
      platform === 'chatgpt' ? [other.id] : [],
    )
    await careful.session.send(OTHER)
    expect(committed(OTHER.length)).toHaveLength(1)
  })

  test('[HB7] what was just written is not in a read that lags, and is in one of the primary', async () => {
    const {tab} = await habitWorld(platform, {replicaLagMs: 60_000})
    const strong = {habits: {reads: 'strong'}} as const
    const writer = await tab('A', strong)
    expect(idsOf(writer)).toHaveLength(2)
    await writer.session.send(WORDS)
    const [late, prompt] = [await tab('B'), await tab('C', strong)]
    expect(idsOf(late)).toEqual([])
    expect(late.session.view().conversations).toEqual([])
    expect(idsOf(prompt)).toEqual(idsOf(writer))
    expect(prompt.session.view().conversations).toHaveLength(1)
  })
})
