/** Reads the transcript out of the DOM. Knows the page's markup and nothing else. Rule WI3. */
export type TranscriptLine = {readonly id: string; readonly chars: number; readonly status: string}

export function readTranscript(): {id: string; status: string; text: string}[] {
  return [...document.querySelectorAll<HTMLElement>('[data-transcript] [data-message-id]')].map(
    (element) => ({
      id: element.dataset['messageId'] ?? '',
      status: element.dataset['status'] ?? '',
      text: element.querySelector('[data-text]')?.textContent ?? '',
    }),
  )
}

export const transcriptView = (): readonly TranscriptLine[] =>
  readTranscript().map(({id, status, text}) => ({id, status, chars: text.length}))

/** The first 16 hex digits of the text's SHA-256: what the server's ledger says too. */
export async function textHash(text: string): Promise<string> {
  const digest = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(text))
  return [...new Uint8Array(digest).subarray(0, 8)].map((byte) => byte.toString(16).padStart(2, '0')).join('')
}
