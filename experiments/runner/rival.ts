/**
 * The rival: what a hand-written Playwright script sees of the same changes, with `expect(locator).toHaveText()` in two
 * `newPage()` tabs, as such tests are commonly written. The page knows when each change really happened.
 */
import {chromium} from 'playwright'
import {expect} from 'playwright/test'
import {monotonicNowMs} from '../browser/clock.ts'
import {Tab} from '../browser/tab.ts'
import type {Step} from '../scenario/step.ts'
import {tabUrl, type CellWorld} from './cell-world.ts'

const SIGHT_TIMEOUT_MS = 10_000

type Rival = Extract<Step, {do: 'rival'}>

export async function playRival({tabs, count, everyMs}: Rival, world: CellWorld): Promise<'ok'> {
  const {browserPath, recorder, user, signal} = world
  const args = process.getuid?.() === 0 ? ['--no-sandbox', '--disable-background-networking'] : []
  const browser = await chromium.launch({executablePath: browserPath, args})
  const end = () => void browser.close()
  signal.addEventListener('abort', end, {once: true})
  try {
    const context = await browser.newContext()
    await Promise.all(
      tabs.map(async (name) => {
        const page = await context.newPage()
        const tab = await Tab.attach(page)
        tab.onSighting((sighting) => recorder.sighting(name, sighting))
        const clock = await tab.goto(tabUrl(world, name))
        recorder.tabOpened(name, 'rival', user.id, clock)
        recorder.tabState(name, 'visible')

        const names = Array.from({length: count}, (_, index) => `beacon-${index + 1}`)
        await tab.evaluate(`tabwitness.beacons(${JSON.stringify(names)}, ${everyMs})`)
        for (const beacon of names) {
          await expect(page.locator(`[data-beacon="${beacon}"]`)).toHaveText(beacon, {
            timeout: SIGHT_TIMEOUT_MS,
          })
          recorder.rival(name, beacon, monotonicNowMs())
        }
      }),
    )
  } finally {
    signal.removeEventListener('abort', end)
    await browser.close()
  }
  return 'ok'
}
