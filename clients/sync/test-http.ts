/** Responses for tests, whole or written piece by piece. */
export const json = (value: unknown, status = 200) => new Response(JSON.stringify(value), {status})

/** An answer stream that the test writes piece by piece. */
export function testStream() {
  const encoder = new TextEncoder()
  let controller: ReadableStreamDefaultController<Uint8Array> | null = null
  const body = new ReadableStream<Uint8Array>({
    start(begun) {
      controller = begun
    },
  })
  return {
    response: new Response(body),
    write: (...events: readonly string[]) => controller?.enqueue(encoder.encode(events.join(''))),
    end: () => controller?.close(),
    cut: () => controller?.error(new TypeError('terminated')),
  }
}
