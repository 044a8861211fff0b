/** The tab that a request names: in its header, else in the query of its address. Invented; harness only. Rule FA1. */

const TAB_HEADER = 'x-tabwitness-tab'
const TAB_NAME = /^[\w.-]{1,64}$/

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
