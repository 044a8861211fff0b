/** One server-sent event as text. Data here is JSON or a word, so it never has a line break of its own. */

export type SseEvent = {readonly event?: string; readonly data: string}

export const sseText = ({event, data}: SseEvent): string =>
  event === undefined ? `data: ${data}\n\n` : `event: ${event}\ndata: ${data}\n\n`
