/** What a person meets where the conversation changed in another tab: in a real browser, on a fake session. */
import {afterAll, beforeAll, describe, expect, test} from 'vitest'
import type {ChatView} from '../sync/chat-session.ts'
import {executablePath, servePages, type ServedPages} from './test-pages.ts'

let pages: ServedPages

beforeAll(async () => {
  if (executablePath !== null) pages = await servePages(executablePath)
})
afterAll(() => pages?.close())

const notice = 'This conversation changed in another tab. What you wrote was not sent.'
const conflict = {text: 'Mine', currentLeafId: 'a9', why: 'refused'} as const

async function rehearse(platform: string) {
  const page = await pages.browser.newPage({viewport: {width: 390, height: 844}})
  await page.goto(`${pages.url}/rehearsal.html?platform=${platform}`)
  await page.waitForFunction(() => 'rehearsal' in window)
  const show = (change: Partial<ChatView>) => page.evaluate((view) => window.rehearsal.show(view), change)
  await show({connection: {name: 'connected'}, conversationId: 'c1', title: 'Sockets'})
  return {page, show, asked: () => page.evaluate(() => window.rehearsal.asked)}
}

describe.skipIf(executablePath === null)('a conflict', () => {
  test.each([
    ['chatgpt', 'Show changes', 'showChanges', 2],
    ['claude', 'Send anyway', 'sendAnyway', 1],
  ])('[CF14] on %s is announced, and %s is a few keys away', async (platform, name, act, tabs) => {
    const {page, show, asked} = await rehearse(platform)
    await page.getByRole('textbox', {name: 'Message'}).focus()
    await show({conflict, notice})
    expect(await page.getByRole('alert').textContent()).toBe(notice)
    const choice = page.getByRole('group', {name: 'The conversation changed in another tab'})
    expect(await choice.getByRole('button').allTextContents()).toEqual(['Show changes', 'Send anyway'])
    for (let pressed = 0; pressed < tabs; pressed += 1) await page.keyboard.press('Shift+Tab')
    await page.keyboard.press('Enter')
    expect(await asked()).toEqual([[act]])
    await show({conflict: null, notice: null})
    expect(await page.getByRole('button', {name}).count()).toBe(0)
    expect(await page.evaluate(() => document.activeElement?.id)).toBe('prompt')
    expect(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth)).toBe(true)
    await page.context().close()
  })

  test('[CF14] what was not sent is in the composer again, and goes when it was sent anyway', async () => {
    const {page, show} = await rehearse('chatgpt')
    const prompt = page.getByRole('textbox', {name: 'Message'})
    await prompt.fill('Mine')
    await prompt.press('Enter')
    expect(await prompt.inputValue()).toBe('')
    await show({conflict, notice})
    expect(await prompt.inputValue()).toBe('Mine')
    const sent = {id: 'u2', role: 'user', text: 'Mine', status: 'complete', parentId: 'a9'} as const
    await show({conflict: null, notice: null, messages: [sent]})
    expect(await prompt.inputValue()).toBe('')
    await page.context().close()
  })
})
