/** A virtual tab of an interleaving, with a line of its own, and what its person can do in it. Reloads keep its name. */
import type {ShownMessage} from '../../clients/sync/chat-session.ts'
import type {OpenVirtualTab, VirtualTab, VirtualTabOptions} from '../virtual/virtual-tab.ts'
import type {PersonAct} from './act.ts'
import {createLine, type Line} from './line.ts'

export type ExploredTab = {
  readonly name: string
  readonly line: Line
  readonly page: () => VirtualTab
  /** Resolves when the page is ready, at the latest after `upToMs`. */
  open(conversationId: string, upToMs: number): Promise<void>
  /** The page begins anew; resolves as `open` does. */
  reload(conversationId: string, upToMs: number): Promise<void>
  /** Begins what the person does, as far as the page shows what it is about; what becomes of it is not waited for. */
  begin(act: PersonAct, text: string): void
  close(): void
}

export function createExploredTab(
  openTab: OpenVirtualTab,
  options: Omit<VirtualTabOptions, 'network'>,
  onTraffic: () => void,
): ExploredTab {
  const line = createLine(onTraffic)
  const newPage = () => openTab({...options, network: line.network})
  let page = newPage()
  const isBranched = ({branch}: ShownMessage) => branch !== undefined && branch.siblings.length > 1

  function begin(act: PersonAct, text: string): void {
    const {session} = page
    const {messages} = session.view()
    switch (act) {
      case 'send':
        return void session.send(text)
      case 'edit': {
        const own = messages.findLast(({role}) => role === 'user')
        return own && void session.edit(own.id, text)
      }
      case 'regenerate': {
        const last = messages.at(-1)
        return last && void session.regenerate(last.id)
      }
      case 'stop':
        return void session.stop()
      case 'turn-branch': {
        const here = messages.findLast(isBranched)
        const there = here?.branch?.siblings.findLast((id) => id !== here.id)
        return there === undefined ? undefined : session.showBranch(there)
      }
      case 'show-changes':
        return void session.showChanges()
      case 'send-anyway':
        return void session.sendAnyway()
    }
  }

  return {
    name: options.name,
    line,
    page: () => page,
    open: (conversationId, upToMs) => page.open(conversationId, upToMs).catch(() => {}),
    async reload(conversationId, upToMs) {
      page.close()
      line.forget()
      page = newPage()
      await page.open(conversationId, upToMs).catch(() => {})
    },
    begin,
    close: () => page.close(),
  }
}
