/** The header of a conversation in a real browser, on a fake session: rename, delete, choose the model, with the keyboard. */
import type {Page} from 'playwright'
import {afterAll, afterEach, beforeAll, describe, expect, test} from 'vitest'
import type {ChatView} from '../sync/chat-session.ts'
import {executablePath, servePages, type ServedPages} from './test-pages.ts'

let pages: ServedPages
let page: Page

beforeAll(async () => {
  if (executablePath !== null) pages = await servePages(executablePath)
})
afterEach(() => page.context().close())
afterAll(() => pages?.close())

const DESKTOP = {width: 1280, height: 800}
const PHONE = {width: 390, height: 844}

async function rehearse(change: Partial<ChatView> = {}, viewport = DESKTOP, platform = 'chatgpt') {
  page = await pages.browser.newPage({viewport})
  await page.goto(`${pages.url}/rehearsal.html?platform=${platform}`)
  await page.waitForFunction(() => 'rehearsal' in window)
  await show({connection: {name: 'connected'}, conversationId: 'c1', title: 'Sockets', ...change})
}
const show = (change: Partial<ChatView>) => page.evaluate((view) => window.rehearsal.show(view), change)
const asked = () => page.evaluate(() => window.rehearsal.asked)
const focused = () => page.evaluate(() => document.activeElement?.getAttribute('data-act'))
const rename = () => page.getByRole('button', {name: 'Rename conversation'})
const remove = () => page.getByRole('button', {name: 'Delete conversation'})
const isTooWide = () => page.evaluate(() => document.documentElement.scrollWidth > innerWidth)

describe.skipIf(executablePath === null)('the header of a conversation', () => {
  test('[PG7] Enter saves a new name, Escape and an empty one leave the old', async () => {
    await rehearse()
    await rename().press('Enter')
    expect(await page.getByRole('textbox', {name: 'Title'}).inputValue()).toBe('Sockets')
    await page.keyboard.type('Plugs')
    await page.keyboard.press('Escape')
    expect(await focused()).toBe('rename')
    await page.keyboard.press('Enter')
    await page.keyboard.press('Backspace')
    await page.keyboard.press('Enter')
    expect([await asked(), await focused()]).toEqual([[], 'rename'])
    await page.keyboard.press('Enter')
    await page.keyboard.type('Plugs')
    expect(await page.getByRole('heading', {level: 1}).textContent()).toBe('Sockets')
    await page.keyboard.press('Enter')
    expect([await asked(), await focused()]).toEqual([[['rename', 'Plugs']], 'rename'])
  })

  test.each([DESKTOP, PHONE])('[PG8] to delete is asked about first, at $width px', async (viewport) => {
    await rehearse({title: 'A name that is longer than any phone is wide, and than most headings'}, viewport)
    await remove().press('Enter')
    const question = page.getByRole('alertdialog', {name: /^Delete “A name that/})
    expect(await question.isVisible()).toBe(true)
    expect(await isTooWide()).toBe(false)
    await page.keyboard.press('Escape')
    expect([await question.count(), await focused()]).toEqual([0, 'delete'])
    await page.keyboard.press('Enter')
    await page.keyboard.press('Tab')
    await page.keyboard.press('Enter')
    expect(await asked()).toEqual([['deleteConversation']])
    await show({conversationId: null, title: ''})
    expect([await question.count(), await remove().count()]).toEqual([0, 0])
    expect(new URL(page.url()).pathname).toBe('/')
  })

  test('[CF16] a model is chosen by its name; one that is not offered is named, too', async () => {
    await rehearse({model: 'scripted-thinking'})
    const picker = page.getByRole('combobox', {name: 'Model'})
    expect(await picker.inputValue()).toBe('scripted-thinking')
    await picker.selectOption('scripted-large')
    expect(await asked()).toEqual([['chooseModel', 'scripted-large']])
    await show({model: 'of-another-client'})
    expect(await picker.inputValue()).toBe('of-another-client')
  })

  test('[PG9] nothing can be done to one that is gone, nor while it loads', async () => {
    await rehearse()
    const controls = [rename(), remove(), page.getByRole('combobox', {name: 'Model'})]
    for (const phase of ['loading', 'missing'] as const) {
      await show({phase})
      expect(await Promise.all(controls.map((control) => control.isDisabled()))).toEqual([true, true, true])
    }
  })

  test('[PG9] what was being written stays when the conversation goes', async () => {
    await rehearse({messages: [{id: 'u1', role: 'user', text: 'Why?', status: 'complete', parentId: null}]})
    const prompt = page.getByRole('textbox', {name: 'Message'})
    await prompt.fill('And how?')
    await remove().press('Enter')
    const notice = 'This conversation was deleted in another tab. Nothing can be sent into it any more.'
    await show({phase: 'missing', notice})
    await prompt.press('Enter')
    expect([await asked(), await prompt.inputValue()]).toEqual([[], 'And how?'])
    expect(await page.getByRole('alert').textContent()).toBe(notice)
    expect(await page.getByRole('alertdialog').count()).toBe(0)
    expect(await page.getByRole('article').count()).toBe(1)
  })

  test('[PG11] what did not arrive can be tried again where the session can', async () => {
    const messages = [{id: 'u1', role: 'user', text: 'Why?', status: 'failed', parentId: null}] as const
    await rehearse({messages, canTryAgain: true}, DESKTOP, 'claude')
    await page.getByRole('button', {name: 'Try again'}).press('Enter')
    expect(await asked()).toEqual([['regenerate', 'u1']])
    await show({canTryAgain: false})
    expect(await page.getByRole('button', {name: 'Try again'}).count()).toBe(0)
    expect(await page.getByText('Not sent. Edit it to try again.').isVisible()).toBe(true)
  })
})
