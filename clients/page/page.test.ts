/** The page in a real browser, on a fake session: what a person, a keyboard and a screen reader meet. */
import type {Page} from 'playwright'
import {afterAll, afterEach, beforeAll, describe, expect, test} from 'vitest'
import type {ChatView, ShownMessage} from '../sync/chat-session.ts'
import {executablePath, servePages, type ServedPages} from './test-pages.ts'

let pages: ServedPages
let page: Page

beforeAll(async () => {
  if (executablePath !== null) pages = await servePages(executablePath)
})
afterEach(() => page.context().close())
afterAll(() => pages?.close())

async function rehearse(
  change: Partial<ChatView>,
  viewport = {width: 1280, height: 800},
  platform = 'chatgpt',
): Promise<void> {
  page = await pages.browser.newPage({viewport})
  await page.goto(`${pages.url}/rehearsal.html?platform=${platform}`)
  await page.waitForFunction(() => 'rehearsal' in window)
  await show({connection: {name: 'connected'}, conversationId: 'c1', title: 'Sockets', ...change})
}
/** The address is a conversation's by now, where no rehearsal is. */
async function loadAnew(): Promise<void> {
  await page.goto(`${pages.url}/rehearsal.html`)
  await page.waitForFunction(() => 'rehearsal' in window)
}
const show = (change: Partial<ChatView>) => page.evaluate((view) => window.rehearsal.show(view), change)
const asked = () => page.evaluate(() => window.rehearsal.asked)

const said = (id: string, role: ShownMessage['role'], text: string): ShownMessage => {
  return {id, role, text, status: 'complete', parentId: null}
}
const dialogue = [said('u1', 'user', 'Why?'), said('a1', 'assistant', 'Because.\nAnd so on.')]

describe.skipIf(executablePath === null)('the page', () => {
  test('Enter sends, Shift+Enter begins a new line, and an empty message is not sent', async () => {
    await rehearse({})
    const prompt = page.getByRole('textbox', {name: 'Message'})
    await prompt.press('Enter')
    await prompt.pressSequentially('one')
    await prompt.press('Shift+Enter')
    await prompt.pressSequentially('two')
    await prompt.press('Enter')
    expect(await asked()).toEqual([['send', 'one\ntwo']])
    expect(await prompt.inputValue()).toBe('')
    expect(await page.getByRole('button', {name: 'Send'}).isDisabled()).toBe(true)
  })

  test('a message written during an answer is kept, and Stop stops', async () => {
    await rehearse({phase: 'answering', messages: dialogue})
    const prompt = page.getByRole('textbox', {name: 'Message'})
    await prompt.fill('next')
    await prompt.press('Enter')
    await page.getByRole('button', {name: 'Stop'}).click()
    expect(await asked()).toEqual([['stop']])
    expect(await prompt.inputValue()).toBe('next')
  })

  test('[WI3] the transcript is in the DOM as the witness reads it, text for text', async () => {
    await rehearse({messages: dialogue})
    const lines = await page
      .locator('main[data-conversation-id="c1"] [data-transcript] article')
      .evaluateAll((articles) =>
        articles.map((article) => [
          ...['data-message-id', 'data-role', 'data-status'].map((name) => article.getAttribute(name)),
          ...[...article.querySelectorAll('[data-text]')].map(({textContent}) => textContent),
        ]),
      )
    expect(lines).toEqual([
      ['u1', 'user', 'complete', 'Why?'],
      ['a1', 'assistant', 'complete', 'Because.\nAnd so on.'],
    ])
    expect(await page.locator('html').getAttribute('data-ready')).toBe('')
  })

  test('a token reaches the DOM in the microtask after it, and touches its own text alone', async () => {
    await rehearse({phase: 'answering', messages: [dialogue[0]!, {...dialogue[1]!, status: 'streaming'}]})
    const changes = await page.evaluate(async () => {
      const observer = new MutationObserver(() => {})
      observer.observe(document.body, {subtree: true, childList: true, characterData: true, attributes: true})
      window.rehearsal.append(' More.')
      await Promise.resolve()
      return observer.takeRecords().map(({type, target}) => [type, target.textContent])
    })
    expect(changes).toEqual([['characterData', 'Because.\nAnd so on. More.']])
  })

  test('the branch control goes from version to version and keeps the focus', async () => {
    const branch = {index: 1, siblings: ['a1', 'a2']}
    await rehearse({messages: [dialogue[0]!, {...dialogue[1]!, branch}]})
    await page.getByRole('button', {name: 'Next version'}).press('Enter')
    await show({messages: [dialogue[0]!, {...said('a2', 'assistant', 'No.'), branch: {...branch, index: 2}}]})
    const versions = page.getByRole('group', {name: 'Versions of this message'})
    expect(await versions.textContent()).toBe('2/2')
    await page.keyboard.press('Enter')
    await page.getByRole('button', {name: 'Previous version'}).press('Enter')
    expect(await asked()).toEqual([
      ['showBranch', 'a2'],
      ['showBranch', 'a1'],
    ])
  })

  test('a message is edited with the keyboard; Escape leaves it as it was', async () => {
    await rehearse({messages: dialogue})
    const edit = page.getByRole('button', {name: 'Edit message'})
    await edit.press('Enter')
    await page.keyboard.press('Escape')
    expect(await edit.evaluate((button) => button === document.activeElement)).toBe(true)
    await edit.press('Enter')
    await page.keyboard.type(' And how?')
    await page.keyboard.press('Enter')
    await page.getByRole('button', {name: 'Regenerate answer'}).click()
    expect(await asked()).toEqual([
      ['edit', 'u1', 'Why? And how?'],
      ['regenerate', 'a1'],
    ])
  })

  test('[CO8] the connection is said in words', async () => {
    await rehearse({connection: {name: 'connecting', attempt: 1}})
    const status = page.getByRole('status')
    expect(await status.textContent()).toBe('Connecting…')
    await show({connection: {name: 'waiting', attempt: 2, retryAtMs: Date.now() + 59_900}})
    expect(await status.textContent()).toMatch(/^Reconnecting in (60|59) s \(attempt 2\)$/)
    await show({connection: {name: 'stopped', why: 'no attempt left'}})
    expect(await status.textContent()).toBe('Offline: no attempt left')
    expect(await page.locator('html').getAttribute('data-ready')).toBe(null)
  })

  test('an answer that was cut is told as such, on the page and to a screen reader', async () => {
    await rehearse({phase: 'answering', messages: [dialogue[0]!, {...dialogue[1]!, status: 'streaming'}]})
    const told = page.locator('[aria-live=polite]')
    expect(await told.textContent()).toBe('')
    await show({phase: 'ready', messages: [dialogue[0]!, {...dialogue[1]!, status: 'failed'}]})
    expect(await told.textContent()).toBe('The answer was cut off and is not complete.')
    expect(await page.getByRole('article', {name: 'Assistant'}).textContent()).toContain(
      'Cut off: this answer is not complete.',
    )
  })

  test('[PG1] a draft outlives a reload, and each conversation has its own', async () => {
    await rehearse({})
    const prompt = page.getByRole('textbox', {name: 'Message'})
    await prompt.pressSequentially('half a thou')
    await show({conversationId: 'c2'})
    expect(await prompt.inputValue()).toBe('')
    await show({conversationId: 'c1'})
    expect(await prompt.inputValue()).toBe('half a thou')
    await loadAnew()
    await show({conversationId: 'c1'})
    expect(await prompt.inputValue()).toBe('half a thou')
    await prompt.press('Enter')
    expect(await asked()).toEqual([['send', 'half a thou']])
    expect(await prompt.inputValue()).toBe('')
  })

  test('[PG2] what was sent stays in the transcript while it is there, and comes back where it is not', async () => {
    const mine = (status: ShownMessage['status']) => ({...said('u2', 'user', 'lost'), status})
    await rehearse({messages: dialogue})
    const prompt = page.getByRole('textbox', {name: 'Message'})
    await prompt.fill('lost')
    await page.evaluate(() => {
      // As the session does: what is sent is in the view before anything is rendered.
      const {rehearsal} = window
      rehearsal.send = async (text) => {
        const sent = {id: 'u2', role: 'user', text, status: 'sending', parentId: null} as const
        rehearsal.show({messages: [...rehearsal.view().messages, sent]})
      }
    })
    await prompt.press('Enter')
    expect(await prompt.inputValue()).toBe('')
    await show({messages: [...dialogue, mine('failed')]})
    expect(await page.locator('[data-message-id=u2]').textContent()).toContain('Not sent.')
    await loadAnew()
    await show({conversationId: 'c1', messages: dialogue})
    expect(await prompt.inputValue()).toBe('lost')
    await show({messages: [...dialogue, mine('complete')]})
    expect(await prompt.inputValue()).toBe('')
  })

  test('[PG6] without a network the page says that it is offline, and counts down to nothing', async () => {
    await rehearse({connection: {name: 'waiting', attempt: 2, retryAtMs: Date.now() + 59_900}})
    await page.context().setOffline(true)
    const connection = page.locator('[data-connection]')
    await page.locator('[data-online=false]').waitFor()
    expect(await connection.textContent()).toBe('Offline: this browser has no network')
    await page.context().setOffline(false)
    await page.locator('[data-online=true]').waitFor()
    expect(await page.getByRole('status').textContent()).toMatch(/^Reconnecting in/)
  })

  test.each(['chatgpt', 'claude'])(
    '[PG3] on %s a cut answer says so, and one that still grows says that the rest is missing',
    async (platform) => {
      const answer = (status: ShownMessage['status'], text = 'Beca') => [
        dialogue[0]!,
        {...said('a1', 'assistant', text), status},
      ]
      await rehearse({messages: answer('streaming'), phase: 'answering'}, undefined, platform)
      const entry = page.getByRole('article', {name: 'Assistant'})
      const words = entry.locator('.message__status')
      expect(await words.count()).toBe(0)
      await show({connection: {name: 'waiting', attempt: 1, retryAtMs: Date.now() + 5_000}})
      expect(await words.textContent()).toBe(
        'Not complete: the rest comes when this page is connected again.',
      )
      await show({connection: {name: 'connected'}})
      expect(await words.count()).toBe(0)
      const cut = [
        ['failed', 'Cut off: this answer is not complete.'],
        ['stopped', 'Stopped: this answer is not complete.'],
      ] as const
      for (const [status, sentence] of cut) {
        await show({messages: answer(status), phase: 'ready'})
        expect(await entry.getAttribute('data-status')).toBe(status)
        expect(await words.textContent()).toBe(sentence)
      }
      await show({messages: answer('failed', '')})
      expect(await words.textContent()).toBe('No answer came.')
      await show({messages: answer('complete')})
      expect(await words.count()).toBe(0)
    },
  )

  test('a notice of the session interrupts a screen reader', async () => {
    await rehearse({messages: dialogue})
    expect(await page.getByRole('alert').count()).toBe(0)
    await show({notice: 'The server answered 503.'})
    expect(await page.getByRole('alert').textContent()).toBe('The server answered 503.')
  })

  test('on a phone the conversations are a dialog that gives the focus back', async () => {
    const conversations = [{id: 'c2', title: 'Lisbon', unread: true}]
    await rehearse({conversations}, {width: 390, height: 844})
    const opener = page.getByRole('button', {name: 'Conversations'})
    await opener.press('Enter')
    await page.keyboard.press('Escape')
    await page.getByRole('dialog').waitFor({state: 'detached'})
    expect(await opener.evaluate((button) => button === document.activeElement)).toBe(true)
    await opener.press('Enter')
    await page
      .getByRole('dialog', {name: 'Conversations'})
      .getByRole('link', {name: 'Lisbon (unread)'})
      .click()
    expect(await asked()).toEqual([['openConversation', 'c2']])
    expect(new URL(page.url()).pathname).toBe('/c/c2')
    expect(await page.getByRole('dialog').count()).toBe(0)
  })

  test('[CC12] on Claude a page without permission says so, is ready, and asks only when it is told to', async () => {
    const connection = {name: 'no push', why: 'not allowed yet', mayAsk: true} as const
    await rehearse({messages: dialogue, connection}, {width: 390, height: 844}, 'claude')
    expect(await page.getByRole('status').textContent()).toBe('No push: not allowed yet')
    expect(await page.locator('[data-connection]').getAttribute('data-connection')).toBe('no push')
    expect(await page.locator('html').getAttribute('data-ready')).toBe('')
    expect(await asked()).toEqual([])
    await page.getByRole('button', {name: 'Allow notifications'}).press('Enter')
    expect(await asked()).toEqual([['allowPush']])
    await show({connection: {...connection, why: 'permission denied', mayAsk: false}})
    expect(await page.getByRole('button', {name: 'Allow notifications'}).count()).toBe(0)
  })

  test('[CC4] thinking is folded, opened with the keyboard, and no part of the text', async () => {
    await rehearse(
      {messages: [dialogue[0]!, {...dialogue[1]!, thinking: 'Weighing it.\n'}]},
      undefined,
      'claude',
    )
    const thinking = page.getByText('Weighing it.')
    expect(await thinking.isVisible()).toBe(false)
    await page.getByText('Thinking', {exact: true}).press('Enter')
    expect(await thinking.isVisible()).toBe(true)
    expect(await page.locator('[data-message-id=a1] [data-text]').textContent()).toBe('Because.\nAnd so on.')
  })

  test('[CC6] an answer that grows elsewhere is said to be on its way, without a message of its own', async () => {
    await rehearse({phase: 'answering', messages: [dialogue[0]!]}, undefined, 'claude')
    expect(await page.getByText('An answer is being written…').isVisible()).toBe(true)
    expect(await page.locator('[data-message-id]').count()).toBe(1)
    await page.getByRole('button', {name: 'Stop'}).click()
    expect(await asked()).toEqual([['stop']])
  })

  test('on Claude conversations live under /chat/', async () => {
    await rehearse({conversations: [{id: 'c2', title: 'Lisbon', unread: false}]}, undefined, 'claude')
    await page.getByRole('link', {name: 'Lisbon'}).click()
    expect(new URL(page.url()).pathname).toBe('/chat/c2')
    await page.getByRole('button', {name: 'New chat'}).click()
    expect(new URL(page.url()).pathname).toBe('/new')
  })
})
