/**
 * Remedy `relay`: the tab that sends passes its messages on to the other tabs of the browser, frozen ones too. It cannot
 * reach another device. Invented. Rule PO6.
 */
import {readRelayFrame, type RelayFrame} from '#protocol/relay-frame.ts'
import {ProtocolError} from '#protocol/protocol-error.ts'
import type {Surroundings} from '../chat-session.ts'

export type Relay = {
  pass(frame: RelayFrame): void
  close(): void
}

export const noRelay: Relay = {pass: () => {}, close: () => {}}

export function openRelay(
  userId: string,
  onFrame: (frame: RelayFrame, at: number, bytes: number) => void,
  surroundings: Pick<Surroundings, 'openRelay' | 'stampNow'>,
): Relay {
  const relay = surroundings.openRelay(`tabwitness-relay-${userId}`)
  if (!relay) return noRelay
  relay.addEventListener('message', (event: MessageEvent) => {
    const at = surroundings.stampNow()
    if (typeof event.data !== 'string') return
    try {
      onFrame(readRelayFrame(event.data), at, event.data.length)
    } catch (error) {
      // Another version of the page may speak otherwise.
      if (!(error instanceof ProtocolError)) throw error
    }
  })
  return {
    pass: (frame) => relay.postMessage(JSON.stringify(frame)),
    close: () => relay.close(),
  }
}
