/**
 * The tabs of one person in one browser, talking to each other: a BroadcastChannel that the sender hears, too. What a tab
 * says to itself comes after what it is saying, never in the middle of it. Rule LW7.
 */
import {readBusFrame, type BusFrame} from '#protocol/hub-frame.ts'
import {ProtocolError} from '#protocol/protocol-error.ts'

export type Bus = {
  /** `at`: when its content was in hand (`stampNow`). */
  post(frame: BusFrame, at: number): void
  close(): void
}

export function openBus(
  channel: Pick<BroadcastChannel, 'addEventListener' | 'postMessage' | 'close'>,
  onFrame: (frame: BusFrame, at: number) => void,
  stampNow: () => number,
): Bus {
  const own: {readonly frame: BusFrame; readonly at: number}[] = []
  let isHearing = false
  let isClosed = false

  channel.addEventListener('message', (event: MessageEvent) => {
    const at = stampNow()
    if (isClosed || typeof event.data !== 'string') return
    const frame = readQuietly(event.data)
    if (frame) onFrame(frame, at)
  })

  return {
    post(frame, at) {
      if (isClosed) return
      channel.postMessage(JSON.stringify(frame))
      own.push({frame, at})
      if (isHearing) return
      isHearing = true
      try {
        for (let said = own.shift(); said; said = own.shift()) onFrame(said.frame, said.at)
      } finally {
        isHearing = false
      }
    },
    close() {
      isClosed = true
      own.length = 0
      channel.close()
    },
  }
}

/** Null where another version of the page speaks otherwise. */
function readQuietly(text: string): BusFrame | null {
  try {
    return readBusFrame(text)
  } catch (error) {
    if (error instanceof ProtocolError) return null
    throw error
  }
}
