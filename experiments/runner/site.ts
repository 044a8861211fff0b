/** Where the pages of one cell are, and how their addresses read, on each platform. */

/** Of the policy `poll`; the others never read it. SPEC: PO4. */
const POLL_INTERVAL_MS = 1_000

export type PageOf = {
  readonly conversationId: string
  readonly userId: string
  readonly tab: string
  readonly policy: string
}

export type Site = {
  readonly origin: string
  pageUrl(page: PageOf): string
}

export const chatgptSite = (baseUrl: string): Site => ({
  origin: baseUrl,
  pageUrl: (page) => `${baseUrl}/c/${page.conversationId}?${query(page)}`,
})

const query = ({userId, tab, policy}: PageOf) =>
  new URLSearchParams({as: userId, tab, policy, pollIntervalMs: String(POLL_INTERVAL_MS)})
