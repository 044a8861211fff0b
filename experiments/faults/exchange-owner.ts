/**
 * What a request says of itself: the tab that it names (in its header, else in the query of its address), and whether it
 * sends a message. Invented; harness only. Rule FA1.
 */

const TAB_HEADER = 'x-tabwitness-tab'
const TAB_NAME = /^[\w.-]{1,64}$/

/** Each platform's way to ask for an answer: ChatGPT's, and the two of Claude.ai. */
const SENDS = /\/(?:f\/conversation|completion|retry_completion)$/

export const isSend = (method: string, url: string): boolean =>
  method === 'POST' && SENDS.test(url.split('?', 1)[0] ?? '')

/** `headers` as names and values in turn. What is no tab's name is nobody's. */
export function ownerOf(headers: readonly string[], url: string): string | null {
  const at = headers.findIndex((name, index) => index % 2 === 0 && name.toLowerCase() === TAB_HEADER)
  const named = at === -1 ? tabInQuery(url) : headers[at + 1]
  return named !== undefined && TAB_NAME.test(named) ? named : null
}

function tabInQuery(url: string): string | undefined {
  const from = url.indexOf('?')
  if (from === -1) return undefined
  return new URLSearchParams(url.slice(from + 1)).get('tab') ?? undefined
}
