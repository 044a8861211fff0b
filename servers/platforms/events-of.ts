/** Reads a stream's events as a page does, for tests. */
import {createParser} from 'eventsource-parser'
import type {SseEvent} from '../stream/sse-text.ts'

/** The events of a stream as they come, up to its end. */
export async function* eventsOf(response: Response): AsyncGenerator<SseEvent> {
  let events: SseEvent[] = []
  const parser = createParser({
    onEvent: ({event, data}) => events.push(event === undefined ? {data} : {event, data}),
  })
  for await (const chunk of response.body!.pipeThrough(new TextDecoderStream())) {
    parser.feed(chunk)
    yield* events
    events = []
  }
}
