/**
 * The push side of a virtual browser: its registration token, and the rule of the Firebase layer: where one of its tabs is
 * visible all of them hear a push, else none does. Whoever runs the tabs brings the pushes. Rules CC30, CC51.
 */
import type {PageState} from '../chat-session.ts'
import type {HeardPush, PushSurroundings} from './claude-surroundings.ts'

export type VirtualPushBrowser = {
  /** The push side of one more of its tabs. */
  tab(page: VirtualPushPage): PushSurroundings
  /** A push came for this token. Says how many tabs heard it. */
  hand(token: string, push: Pick<HeardPush, 'id' | 'data'>): number
}

export type VirtualPushPage = {
  readonly pageState: () => PageState
  readonly stampNow: () => number
  /** How a task reaches the page: a frozen one runs it when it is thawed. At once where nothing is said. */
  readonly whenAwake?: (run: () => void) => void
}

/** `newToken`: asked for the first one, and again whenever the present token is dead. Tokens of all browsers must differ. */
export function createVirtualPush(newToken: () => Promise<string>): VirtualPushBrowser {
  const tabs = new Set<{readonly page: VirtualPushPage; readonly listener: (push: HeardPush) => void}>()
  let asked: Promise<string> | null = null
  let present: string | null = null

  async function tokenOtherThan(deadToken: string | null): Promise<string> {
    const before = (asked ??= newToken())
    if ((await before) === deadToken && asked === before) asked = newToken()
    present = await asked
    return present
  }

  return {
    hand(token, {id, data}) {
      const isHeard = token === present && [...tabs].some(({page}) => page.pageState().visible)
      if (!isHeard) return 0
      const bytes = JSON.stringify(data).length
      for (const {page, listener} of tabs) {
        const {stampNow, whenAwake = (run) => run()} = page
        whenAwake(() => listener({id, data, at: stampNow(), bytes}))
      }
      return tabs.size
    },
    tab: (page) => ({
      token: async (_, deadToken) => ({ok: true, token: await tokenOtherThan(deadToken)}),
      onPush(listener) {
        const tab = {page, listener}
        tabs.add(tab)
        return () => tabs.delete(tab)
      },
      onPermission: () => () => {},
      // A virtual browser shows no notifications.
      seen: () => {},
      showCompletion: () => {},
    }),
  }
}
