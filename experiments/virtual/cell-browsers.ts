/**
 * The browsers that a cell's virtual tabs live in. On ChatGPT a browser is nothing but a name. On Claude.ai each has a
 * registration and gets its pushes from a desk, in order and one time unless a fault says otherwise. Rules VT1, FA18.
 */
import type {Platform} from '#protocol/platform.ts'
import type {PushFault} from '../history/fault.ts'
import {openChatgptTab} from './chatgpt-virtual-tab.ts'
import {openClaudeTab} from './claude-virtual-tab.ts'
import {startPushDesk, type PushDesk} from './push-desk.ts'
import type {OpenVirtualTab} from './virtual-tab.ts'

export type CellBrowsers = {
  /** Where the how-many-th tab lives, and how it is opened there. */
  place(index: number): {readonly device: string; readonly openTab: OpenVirtualTab}
  /** Strikes the pushes to all of them; what it returns heals it. */
  strike(fault: PushFault): () => void
  close(): void
}

export type BrowserMaker = {
  /** What the servers of the cells are to push to; absent where nothing is pushed. */
  readonly pushTarget?: PushDesk['target']
  open(): CellBrowsers
  close(): Promise<void>
}

export async function startBrowsers(platform: Platform): Promise<BrowserMaker> {
  if (platform === 'chatgpt') return browsersOf(openChatgptTab)
  const desk = await startPushDesk()
  return {
    pushTarget: desk.target,
    open() {
      const [first, second] = [desk.openBrowser(), desk.openBrowser()]
      const browsers = [first, second]
      return {
        place(index) {
          const isFirst = index % browsers.length === 0
          const {push} = isFirst ? first : second
          return {device: isFirst ? 'device-1' : 'device-2', openTab: openClaudeTab(push)}
        },
        strike(fault) {
          const heals = browsers.map((browser) => browser.begin(fault))
          return () => heals.forEach((heal) => heal())
        },
        close: () => browsers.forEach((browser) => browser.close()),
      }
    },
    close: () => desk.close(),
  }
}

/** Tabs without pushes. */
export const browsersOf = (openTab: OpenVirtualTab): BrowserMaker => ({
  open: () => ({
    place: () => ({device: 'device-1', openTab}),
    strike(fault) {
      throw new TypeError(`${fault.name}: nothing is pushed on this platform`)
    },
    close: () => {},
  }),
  close: async () => {},
})
