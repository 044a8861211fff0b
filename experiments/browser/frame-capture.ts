/**
 * What a tab's browser itself has of the channels, over CDP: every frame of the page's celsius sockets, and every event of
 * the answers that it streams. Tokens are still in it. Sockets of workers are not the page's. Rules TG1, TG20, TG22.
 */
import type {CDPSession} from 'playwright'
import {monotonicNowMs, tabClock, type Bracket} from './clock.ts'
import {deadline} from './deadline.ts'

export type CapturedFrame = {
  readonly channel: 'celsius' | 'answer-stream'
  readonly direction: 'to-browser' | 'to-server'
  /** By the browser's own stamp, on the one clock. */
  readonly at: number
  /** Bounds how far `at` can be from the truth. */
  readonly clockErrorMs: number
  readonly bytes: number
  readonly text: string
}

const SOCKET_PATH = /\/ws\/user\//
const STREAM = 'text/event-stream'
const TEXT_OPCODE = 1
const MAX_CLOCK_ROUND_TRIPS = 60
const GOOD_CLOCK_MS = 0.6
const REQUEST_TIMEOUT_MS = 5_000
/** A request that reaches nobody: the browser answers it by itself. */
const NOWHERE = 'data:,tabwitness-clock'

/** Of the pages that the tab goes to from now on. Resolves with how to stop; needs a tab that answers. */
export async function captureFrames(
  cdp: CDPSession,
  tell: (frame: CapturedFrame) => void,
): Promise<() => Promise<void>> {
  await cdp.send('Network.enable')
  const clockErrorMs = await clockErrorOf(cdp)
  const sockets = new Set<string>()
  const streams = new Map<string, EventCutter>()

  const frame =
    (direction: CapturedFrame['direction']) =>
    ({requestId, timestamp, response}: SocketFrame): void => {
      if (!sockets.has(requestId) || response.opcode !== TEXT_OPCODE) return
      const text = response.payloadData
      const at = timestamp * 1_000
      tell({channel: 'celsius', direction, at, clockErrorMs, bytes: Buffer.byteLength(text), text})
    }
  const streamed = (requestId: string, at: number, data: string | undefined): void => {
    for (const text of streams.get(requestId)?.take(data ?? '') ?? []) {
      const bytes = Buffer.byteLength(text)
      tell({channel: 'answer-stream', direction: 'to-browser', at, clockErrorMs, bytes, text})
    }
  }
  const heard = {
    created: ({requestId, url}: {requestId: string; url: string}) => {
      if (SOCKET_PATH.test(url)) sockets.add(requestId)
    },
    received: frame('to-browser'),
    sent: frame('to-server'),
    answered: ({requestId, timestamp, response}: Answered) => {
      if (!response.mimeType.startsWith(STREAM)) return
      streams.set(requestId, new EventCutter())
      cdp.send('Network.streamResourceContent', {requestId}).then(
        ({bufferedData}) => streamed(requestId, timestamp * 1_000, bufferedData),
        // It is over already.
        () => streams.delete(requestId),
      )
    },
    data: ({requestId, timestamp, data}: {requestId: string; timestamp: number; data?: string}) =>
      streamed(requestId, timestamp * 1_000, data),
    ended: ({requestId}: {requestId: string}) => void streams.delete(requestId),
  }
  cdp.on('Network.webSocketCreated', heard.created)
  cdp.on('Network.webSocketFrameReceived', heard.received)
  cdp.on('Network.webSocketFrameSent', heard.sent)
  cdp.on('Network.responseReceived', heard.answered)
  cdp.on('Network.dataReceived', heard.data)
  cdp.on('Network.loadingFinished', heard.ended)
  cdp.on('Network.loadingFailed', heard.ended)

  return async () => {
    // What was told before the answer to this is heard before it, too.
    await cdp.send('Network.disable')
    cdp.off('Network.webSocketCreated', heard.created)
    cdp.off('Network.webSocketFrameReceived', heard.received)
    cdp.off('Network.webSocketFrameSent', heard.sent)
    cdp.off('Network.responseReceived', heard.answered)
    cdp.off('Network.dataReceived', heard.data)
    cdp.off('Network.loadingFinished', heard.ended)
    cdp.off('Network.loadingFailed', heard.ended)
  }
}

type SocketFrame = {requestId: string; timestamp: number; response: {opcode: number; payloadData: string}}
type Answered = {requestId: string; timestamp: number; response: {mimeType: string}}

/** Whole server-sent events out of base64 pieces: what is cut off may be half of a token, and is never told. */
class EventCutter {
  readonly #decoder = new TextDecoder()
  #rest = ''

  take(base64: string): readonly string[] {
    this.#rest += this.#decoder.decode(Buffer.from(base64, 'base64'), {stream: true})
    const whole = this.#rest.split(/(?<=\r?\n\r?\n)/)
    this.#rest = /\n\r?\n$/.test(whole.at(-1) ?? '') ? '' : (whole.pop() ?? '')
    return whole
  }
}

/**
 * The stamps of CDP's Network domain are the browser's ticks since some moment, in seconds, which is the one clock
 * (measured with Chromium 156). That they are is tried: one has to lie between two readings of those ticks, and each
 * reading between two of ours.
 */
async function clockErrorOf(cdp: CDPSession): Promise<number> {
  const brackets: Bracket[] = []
  const ticks = async (): Promise<number> => {
    const beforeMs = monotonicNowMs()
    const {metrics} = await cdp.send('Performance.getMetrics')
    const afterMs = monotonicNowMs()
    const found = metrics.find(({name}) => name === 'Timestamp')
    if (found === undefined) throw new Error('the browser does not report its ticks')
    brackets.push({beforeMs, pageMs: found.value * 1_000, afterMs})
    return found.value
  }
  const before = await ticks()
  const stamp = await stampOf(cdp)
  const after = await ticks()
  if (stamp < before || stamp > after)
    throw new Error('the stamps of frames are not of the clock that the browser reports')
  while (tabClock(0, brackets).errorMs > GOOD_CLOCK_MS && brackets.length < MAX_CLOCK_ROUND_TRIPS)
    await ticks()
  return tabClock(0, brackets).errorMs
}

/** Of a request that the page makes now. */
async function stampOf(cdp: CDPSession): Promise<number> {
  const {promise, resolve} = Promise.withResolvers<number>()
  const onRequest = ({request, timestamp}: {request: {url: string}; timestamp: number}) => {
    if (request.url === NOWHERE) resolve(timestamp)
  }
  cdp.on('Network.requestWillBeSent', onRequest)
  try {
    const expression = `fetch(${JSON.stringify(NOWHERE)}).then(() => null, () => null)`
    await cdp.send('Runtime.evaluate', {expression, awaitPromise: true})
    return await deadline(promise, REQUEST_TIMEOUT_MS, 'the browser to stamp a request')
  } finally {
    cdp.off('Network.requestWillBeSent', onRequest)
  }
}
