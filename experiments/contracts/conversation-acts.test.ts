/**
 * What a person does with a whole conversation or with an answer, and what another tab of theirs makes of it: two virtual tabs
 * against the real servers, on both platforms.
 */
import {describe, expect, test} from 'vitest'
import {PLATFORMS} from '#protocol/platform.ts'
import {textHash} from '#protocol/text-hash.ts'
import {actsOf, eventually, ids, slow, texts, virtualTabs} from './virtual-tabs-stage.ts'

describe.each(PLATFORMS)('on %s', (platform) => {
  test('[PG7] [LE7] a conversation that is renamed has its name on the server, and where it is read again', async () => {
    const {tab, ledger} = await virtualTabs(platform)
    const [a, b] = [await tab('A'), await tab('B')]
    await a.session.rename('  Rather this ')
    expect(a.session.view()).toMatchObject({title: 'Rather this', notice: null})
    expect(a.session.view().conversations[0]?.title).toBe('Rather this')
    expect(ledger).toContainEqual(
      expect.objectContaining({kind: 'renamed', titleHash: textHash('Rather this')}),
    )
    await b.session.refetch()
    expect(b.session.view().title).toBe('Rather this')
    expect(actsOf(a)).toEqual(['renamed'])
    await a.session.rename(' ')
    expect(actsOf(a)).toEqual(['renamed'])
  })

  test('[PG7] a name that the server does not take is taken back, and the person told', async () => {
    const refuses: typeof fetch = (input, init) =>
      init?.method === 'PATCH' || init?.method === 'PUT'
        ? Promise.resolve(new Response('{}', {status: 503}))
        : fetch(input, init)
    const {tab} = await virtualTabs(platform)
    const {session} = await tab('A', {fetch: refuses})
    const {title} = session.view()
    await session.rename('Never')
    expect(session.view()).toMatchObject({title, notice: 'The server answered 503.'})
  })

  test('[PG8] who deletes a conversation is in a new chat, and told nothing', async () => {
    const {tab, ledger} = await virtualTabs(platform)
    const a = await tab('A')
    await a.session.deleteConversation()
    expect(a.session.view()).toMatchObject({conversationId: null, phase: 'ready', notice: null, messages: []})
    expect(a.session.view().conversations).toEqual([])
    expect(actsOf(a)).toEqual(['deleted'])
    expect(ledger).toContainEqual(expect.objectContaining({kind: 'deleted'}))
    expect(a.stamps.filter(({kind}) => kind === 'notice')).toEqual([])
  })

  test('[PG9] what is sent into a deleted conversation is withdrawn, and nothing more can be sent', async () => {
    const {tab, ledger, sends} = await virtualTabs(platform)
    const [a, b] = [await tab('A'), await tab('B', {isDeaf: true})]
    await a.session.deleteConversation()
    const before = ledger.filter(({kind}) => kind === 'committed').length
    await b.session.send('Into nothing')
    expect(actsOf(b)).toEqual(['sent'])
    expect(b.session.view()).toMatchObject({phase: 'missing', notice: expect.stringMatching(/deleted/)})
    expect(texts(b)).not.toContain('Into nothing')
    expect(texts(b)).toHaveLength(2)
    const asked = sends()
    await b.session.send('Once more')
    expect(sends()).toBe(asked)
    expect(ledger.filter(({kind}) => kind === 'committed')).toHaveLength(before)
  })

  test('[PG9] who is told by the channel says so', async ({skip}) => {
    skip(platform === 'claude', 'no push tells of it')
    const {tab} = await virtualTabs(platform)
    const [a, b] = [await tab('A'), await tab('B')]
    await eventually(() => b.session.view().connection.name).toBe('connected')
    await a.session.deleteConversation()
    await eventually(() => b.session.view().phase).toBe('missing')
    const words = 'This conversation was deleted in another tab. Nothing can be sent into it any more.'
    expect(b.session.view()).toMatchObject({notice: words, conversations: []})
    await b.session.send('Into nothing')
    expect(b.session.view().notice).toBe(words)
    expect(actsOf(b)).toEqual([])
  })

  test('[PG9] [CF12] who looks first finds that it is gone, and has sent nothing', async () => {
    const {tab, sends} = await virtualTabs(platform)
    const [a, b] = [await tab('A'), await tab('B', {isDeaf: true, sendGuards: ['refetch-first']})]
    await a.session.deleteConversation()
    await b.session.send('Into nothing')
    expect(actsOf(b)).toEqual([])
    expect(sends()).toBe(0)
    expect(b.session.view()).toMatchObject({phase: 'missing', notice: expect.stringMatching(/deleted/)})
  })

  test('[CF16] [LE9] a chosen model answers in every tab that knows of it, and the old one where nobody looked', async () => {
    const {tab, ledger} = await virtualTabs(platform)
    const [a, b] = [await tab('A'), await tab('B')]
    const looks = await tab('C', {sendGuards: ['refetch-first']})
    await a.session.send('First')
    await b.session.refetch()
    await a.session.chooseModel('scripted-large')
    await a.session.send('By the new one')
    await b.session.send('By the old one')
    await looks.session.send('By the new one again')
    const told = ledger.flatMap((event) =>
      event.kind === 'model-chosen' || event.kind === 'turn-began' ? [`${event.kind} ${event.model}`] : [],
    )
    expect(told).toEqual([
      'turn-began scripted',
      'model-chosen scripted-large',
      'turn-began scripted-large',
      'turn-began scripted',
      'turn-began scripted-large',
    ])
    expect([a, b, looks].map(({session}) => session.view().model)).toEqual([
      'scripted-large',
      expect.stringMatching(/^scripted/),
      'scripted-large',
    ])
    expect(actsOf(a)).toEqual(['sent', 'model-chosen', 'sent'])
  })

  test('[CF16] a new chat keeps the model of its first message', async () => {
    const {tab, ledger} = await virtualTabs(platform)
    const [a, b] = [await tab('A'), await tab('B')]
    a.session.newConversation()
    await a.session.chooseModel('scripted-large')
    await a.session.send('Hello')
    const {conversationId} = a.session.view()
    await b.session.openConversation(conversationId!)
    expect(b.session.view().model).toBe('scripted-large')
    expect(ledger).toContainEqual(expect.objectContaining({kind: 'turn-began', model: 'scripted-large'}))
  })

  const tells = platform === 'chatgpt' ? (['content', 'hint', 'poll'] as const) : (['poll'] as const)
  test.each(tells)('[PG10] under %s an answer that another tab stopped is said to be', async (how) => {
    const {tab, conversationId} = await virtualTabs(platform, {
      carriage: how === 'poll' ? 'observed' : how,
      model: slow,
    })
    const told = {remedies: how === 'poll' ? [how] : []}
    const [a, b] = [await tab('A', told), await tab('B', told)]
    const sent = a.session.send('Go on')
    await eventually(() => texts(a)[3]?.length ?? 0).toBeGreaterThan(3)
    const joined = b.session.openConversation(conversationId)
    await eventually(() => b.session.view().phase).toBe('answering')
    await b.session.stop()
    await Promise.all([sent, joined])
    await eventually(() => a.session.view().notice).toBe('This answer was stopped in another tab.')
    expect(a.session.view().messages.at(-1)?.status).toBe('stopped')
    await eventually(() => b.session.view().messages.at(-1)?.status).toBe('stopped')
    expect(
      b.stamps.filter((stamp) => stamp.kind === 'notice' && stamp.text?.includes('another tab')),
    ).toEqual([])
  })

  test('[PG10] under observed the answer is shown as stopped, and nobody says by whom', async () => {
    const {tab, conversationId} = await virtualTabs(platform, {model: slow})
    const [a, b] = [await tab('A'), await tab('B')]
    const sent = a.session.send('Go on')
    await eventually(() => texts(a)[3]?.length ?? 0).toBeGreaterThan(3)
    const joined = b.session.openConversation(conversationId)
    await eventually(() => b.session.view().phase).toBe('answering')
    await b.session.stop()
    await Promise.all([sent, joined])
    await eventually(() => a.session.view().messages.at(-1)?.status).toBe('stopped')
    expect(a.session.view().notice).toBeNull()
  })

  test('[PG11] what did not arrive is tried again under its ids, where the page can', async () => {
    let isDown = false
    const losesSends: typeof fetch = (input, init) =>
      isDown && init?.method === 'POST' ? Promise.reject(new TypeError('no network')) : fetch(input, init)
    const {tab, serverIds} = await virtualTabs(platform)
    const guards = platform === 'claude' ? [] : (['idempotent'] as const)
    const a = await tab('A', {fetch: losesSends, sendGuards: guards})
    expect(a.session.view().canTryAgain).toBe(true)
    isDown = true
    await a.session.send('Twice asked')
    expect(a.session.view().messages.at(-1)).toMatchObject({text: 'Twice asked', status: 'failed'})
    const {id} = a.session.view().messages.at(-1)!
    isDown = false
    await a.session.regenerate(id)
    expect(ids(a)).toEqual(await serverIds())
    expect(ids(a)[2]).toBe(id)
    expect(texts(a).filter((text) => text === 'Twice asked')).toHaveLength(1)
  })
})
