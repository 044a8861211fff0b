/** Where the pages of one cell are, and how their addresses read, on each platform. */
import type {Platform} from '#protocol/platform.ts'
import type {ServerProcess} from './server-process.ts'

/** Of the policy `poll`; the others never read it. SPEC: PO4. */
const POLL_INTERVAL_MS = 1_000

export type PageOf = {
  readonly conversationId: string
  readonly userId: string
  readonly tab: string
  readonly policy: string
}

export type Site = {
  readonly platform: Platform
  readonly origin: string
  pageUrl(page: PageOf): string
}

/**
 * On Claude.ai every cell has an origin of its own, so that its service worker, its token, what it stores and which of
 * its windows are visible are the cell's alone, whatever runs beside it in the same browser.
 */
export function siteOf(platform: string, servers: ServerProcess, label: string): Site {
  if (platform === 'chatgpt') return siteAt(platform, servers.chatgpt.baseUrl, 'c')
  if (platform !== 'claude') throw new TypeError(`the cell names an unknown platform: ${platform}`)
  return siteAt(platform, `http://${label}.localhost:${new URL(servers.claude.baseUrl).port}`, 'chat')
}

const siteAt = (platform: Platform, origin: string, path: string): Site => ({
  platform,
  origin,
  pageUrl: (page) => `${origin}/${path}/${page.conversationId}?${query(page)}`,
})

const query = ({userId, tab, policy}: PageOf) =>
  new URLSearchParams({as: userId, tab, policy, pollIntervalMs: String(POLL_INTERVAL_MS)})
