/** What a person meets where a tool waits for their word: in a real browser, on a fake session. */
import {afterAll, beforeAll, expect, test} from 'vitest'
import type {ChatView} from '../sync/chat-session.ts'
import {executablePath, servePages, type ServedPages} from './test-pages.ts'

let pages: ServedPages

beforeAll(async () => {
  if (executablePath !== null) pages = await servePages(executablePath)
})
afterAll(() => pages?.close())

test.skipIf(executablePath === null)(
  '[TG12] what waits is said, approved by one key, and gone once nothing waits',
  async () => {
    const page = await pages.browser.newPage({viewport: {width: 390, height: 844}})
    await page.goto(`${pages.url}/rehearsal.html?platform=claude`)
    await page.waitForFunction(() => 'rehearsal' in window)
    const show = (change: Partial<ChatView>) => page.evaluate((view) => window.rehearsal.show(view), change)
    await show({connection: {name: 'connected'}, conversationId: 'c1', title: 'Tools', phase: 'answering'})
    expect(await page.locator('[data-act=approve]').count()).toBe(0)
    await page.getByRole('textbox', {name: 'Message'}).focus()
    await show({approvalId: 'p1'})
    expect(await page.getByRole('status').filter({hasText: 'approval'}).textContent()).toBe(
      'A tool waits for your approval.',
    )
    await page.keyboard.press('Shift+Tab')
    await page.keyboard.press('Enter')
    expect(await page.evaluate(() => window.rehearsal.asked)).toEqual([['approve']])
    expect(await page.evaluate(() => document.activeElement?.id)).toBe('prompt')
    await show({approvalId: null})
    expect(await page.locator('[data-act=approve]').count()).toBe(0)
    expect(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth)).toBe(true)
    await page.context().close()
  },
)
