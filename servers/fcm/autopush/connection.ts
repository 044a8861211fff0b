/** Drives one browser's socket: messages in, effects of its session out, and its end. Rules AP8–AP12. */
import {randomBytes} from 'node:crypto'
import type {WebSocket} from 'ws'
import {readBrowserMessage, writePushServerMessage} from '#protocol/autopush.ts'
import {CLOSE_CODES, type CloseReason} from '#protocol/close-codes.ts'
import {ProtocolError} from '#protocol/protocol-error.ts'
import {brokenFrame} from '../../celsius/broken-frame.ts'
import type {DeviceLink, PushCore} from '../push-core.ts'
import type {AutopushSettings} from './defaults.ts'
import {newSession, next, type Effect, type SessionEvent} from './session.ts'

export type ConnectionOptions = {
  readonly socket: WebSocket
  readonly core: PushCore
  readonly settings: AutopushSettings
  /** For the ledger: a code, nothing of what was said. */
  readonly refused: (code: string) => void
  readonly onEnd: () => void
}

export type Connection = {
  /** The server ends. Without the closing handshake, as a server that dies. */
  end(): void
}

export function openConnection({socket, core, settings, refused, onEnd}: ConnectionOptions): Connection {
  let state = newSession
  const surroundings = {
    knowsDevice: (uaid: string) => core.knowsDevice(uaid),
    freshUaid: () => randomBytes(16).toString('hex'),
  }
  const overdue = setTimeout(() => happened({type: 'hello-overdue'}), settings.helloWithinMs)

  /** A core that hands over a queue while it is told of the connection calls back in here. */
  const link: DeviceLink = {
    transport: 'autopush',
    deliver: (delivery) => happened({type: 'pushed', delivery}),
    close: () => {
      happened({type: 'taken-away', reason: 'disconnected'})
      socket.terminate()
    },
  }

  function happened(event: SessionEvent): void {
    const step = next(state, event, surroundings)
    // Before the effects: what they set off finds the new state.
    state = step.state
    for (const effect of step.effects) carryOut(effect)
  }

  function carryOut(effect: Effect): void {
    switch (effect.do) {
      case 'send':
        // What can wait here is bounded: the core hands over only so much that is not acked.
        return socket.send(writePushServerMessage(effect.message))
      case 'connect':
        clearTimeout(overdue)
        return core.connected(effect.uaid, link, [])
      case 'disconnect':
        return core.disconnected(effect.uaid, link, effect.why)
      case 'subscribe':
        return core.subscribe(effect.subscription)
      case 'unsubscribe':
        return core.unsubscribe(effect.endpointToken)
      case 'ack':
        return core.acked(effect.uaid, effect.deliveryIds)
      case 'record-refused':
        return refused(effect.code)
      case 'close':
        return close(effect.reason)
    }
  }

  function close(reason: CloseReason): void {
    socket.close(CLOSE_CODES[reason], reason)
    // The other side may never answer the closing handshake.
    const cutOff = setTimeout(() => socket.terminate(), settings.closeWithinMs)
    socket.once('close', () => clearTimeout(cutOff))
  }

  socket.on('message', (data: Buffer, isBinary) => {
    if (isBinary) return happened({type: 'unreadable', code: 'binary', reason: 'unsupportedData'})
    const event = read(data.toString())
    happened(event)
  })
  socket.on('error', (error) => {
    const broken = 'code' in error ? brokenFrame(String(error.code)) : null
    // A line that broke off is nobody's fault; its `close` follows.
    if (broken) happened({type: 'unreadable', ...broken})
  })
  socket.on('close', () => {
    clearTimeout(overdue)
    happened({type: 'gone', why: 'closed'})
    onEnd()
  })

  return {
    end() {
      happened({type: 'taken-away', reason: 'goingAway'})
      socket.terminate()
    },
  }
}

function read(text: string): SessionEvent {
  try {
    return {type: 'said', message: readBrowserMessage(text)}
  } catch (error) {
    if (!(error instanceof ProtocolError)) throw error
    return {type: 'unreadable', code: error.code, reason: 'badFrame'}
  }
}
