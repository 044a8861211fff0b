/** Observed: what cannot be read is dropped and never closes the socket. Rules CE5–CE8. */
import {readServerFrame, type ReceivedItem} from '#protocol/celsius-frame.ts'
import {ProtocolError} from '#protocol/protocol-error.ts'

/** Nothing, of a frame that says nothing readable. */
export function readableItems(text: string): readonly ReceivedItem[] {
  try {
    return readServerFrame(text)
  } catch (error) {
    if (error instanceof ProtocolError) return []
    throw error
  }
}
