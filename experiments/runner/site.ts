/** Where the pages of one cell are, and how their addresses read, on each platform. */
import type {PageHabits} from '#protocol/page-habits.ts'
import type {Platform} from '#protocol/platform.ts'
import {isPolicyName, POLICIES, type Policy} from '#protocol/policy.ts'
import type {SendGuard} from '#protocol/send-guard.ts'
import type {ServerProcess} from './server-process.ts'

export type PageOf = {
  readonly conversationId: string
  readonly userId: string
  readonly tab: string
  readonly policy: string
  readonly guards?: readonly SendGuard[]
  /** What is not named is as observed. */
  readonly habits?: Partial<PageHabits>
}

export type Site = {
  readonly platform: Platform
  readonly origin: string
  pageUrl(page: PageOf): string
}

/**
 * On Claude.ai every cell has an origin of its own, so that its service worker, its token, what it stores and which of
 * its windows are visible are the cell's alone, whatever runs beside it in the same browser. On ChatGPT a cell has one
 * where who signed in last with the browser counts, which every cell beside it would change. `frontPort`: of the fault
 * proxy that the pages go to instead of to the server.
 */
export function siteOf(
  platform: string,
  servers: ServerProcess,
  label: string,
  frontPort: number | null = null,
  isLoginShared = false,
): Site {
  if (platform !== 'chatgpt' && platform !== 'claude')
    throw new TypeError(`the cell names an unknown platform: ${platform}`)
  const port = frontPort ?? new URL(servers[platform].baseUrl).port
  const own = `http://${label}.localhost:${port}`
  return platform === 'chatgpt'
    ? siteAt(platform, isLoginShared ? own : `http://127.0.0.1:${port}`, 'c')
    : siteAt(platform, own, 'chat')
}

const siteAt = (platform: Platform, origin: string, path: string): Site => ({
  platform,
  origin,
  pageUrl: (page) => `${origin}/${path}/${page.conversationId}?${query(page)}`,
})

function query({userId, tab, policy, guards = [], habits = {}}: PageOf): URLSearchParams {
  const known: Policy | null = isPolicyName(policy) ? POLICIES[policy] : null
  const pace = known?.pollPace
  return new URLSearchParams({
    as: userId,
    tab,
    policy,
    ...(pace !== undefined && {pollIntervalMs: String(pace)}),
    ...(guards.length > 0 && {guards: guards.join(',')}),
    ...habits,
  })
}
