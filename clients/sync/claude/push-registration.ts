/**
 * Makes this browser reachable by push: the server's configuration, the browser's token, the server's channel, in this
 * order. What fails for the moment is tried again; what cannot be is said. Says "registered" only once the server took
 * the token. Observed order; the trying again, and registering anew before the next load, are invented.
 * Rules CL60, CC11–CC13, CC50–CC51.
 */
import {ProtocolError} from '#protocol/protocol-error.ts'
import type {ConnectionView, Surroundings} from '../chat-session.ts'
import {ApiError} from '../http-caller.ts'
import {pause} from '../pause.ts'
import type {Quietly} from '../quietly.ts'
import type {ClaudeApi} from './api.ts'
import {backOffMs} from './back-off.ts'
import type {PushSurroundings} from './claude-surroundings.ts'
import {registrationBackOff} from './defaults.ts'

export type RegistrationNeeds = {
  readonly api: Pick<ClaudeApi, 'pushConfig' | 'registerChannel'>
  readonly surroundings: Pick<Surroundings, 'setTimer' | 'random' | 'now'> & {readonly push: PushSurroundings}
  readonly life: AbortSignal
  readonly quietly: Quietly
  readonly onView: (view: ConnectionView) => void
  /** The server took the token. The view says so once this has ended. */
  readonly onRegistered: () => Promise<void>
}

export type PushRegistration = {
  /** What the server calls this browser; null while it is not registered. */
  channelId(): string | null
  /** Nobody can be reached by the present token any more: asks for another one, unless that is under way. */
  renew(): void
  close(): void
}

type Attempt =
  | {readonly name: 'registered'; readonly token: string; readonly channelId: string}
  | {readonly name: 'impossible'; readonly why: string; readonly mayAsk: boolean}
  | {readonly name: 'failed'}

/** Registers at once, and again whenever the person changes her mind about notifications. */
export function keepRegistered(needs: RegistrationNeeds): PushRegistration {
  const {api, surroundings, onView, onRegistered, quietly} = needs
  let current = new AbortController()
  let registered: Extract<Attempt, {name: 'registered'}> | null = null

  /** Runs until the browser is registered, or cannot be, or `signal` ends it. */
  async function register(deadToken: string | null, signal: AbortSignal): Promise<void> {
    for (let attempt = 1; !signal.aborted; attempt += 1) {
      onView({name: 'connecting', attempt})
      const outcome = await attemptOnce(deadToken)
      if (signal.aborted) return
      if (outcome.name === 'registered') {
        registered = outcome
        await onRegistered()
        if (!signal.aborted) onView({name: 'connected', push: 'registered'})
        return
      }
      if (outcome.name === 'impossible') {
        const {why, mayAsk} = outcome
        return onView({name: 'no push', why, mayAsk})
      }
      const delayMs = backOffMs(attempt, registrationBackOff, surroundings.random())
      onView({name: 'waiting', attempt: attempt + 1, retryAtMs: surroundings.now() + delayMs})
      await pause(delayMs, signal, surroundings)
    }
  }

  async function attemptOnce(deadToken: string | null): Promise<Attempt> {
    try {
      const config = await api.pushConfig()
      if (!config) return {name: 'impossible', why: 'the server has none', mayAsk: false}
      const asked = await surroundings.push.token(config, deadToken)
      if (asked.ok) {
        const {token} = asked
        return {name: 'registered', token, channelId: await api.registerChannel(token)}
      }
      const {why, mayAsk, isFinal} = asked
      return isFinal || mayAsk ? {name: 'impossible', why, mayAsk} : {name: 'failed'}
    } catch (error) {
      if (error instanceof ProtocolError) return {name: 'impossible', why: error.message, mayAsk: false}
      if (!(error instanceof ApiError)) throw error
      const isRefused = error.status >= 400 && error.status < 500 && error.status !== 429
      return isRefused ? {name: 'impossible', why: error.message, mayAsk: false} : {name: 'failed'}
    }
  }

  function begin(deadToken: string | null): void {
    current.abort()
    current = new AbortController()
    registered = null
    const signal = AbortSignal.any([current.signal, needs.life])
    void quietly(() => register(deadToken, signal))
  }

  const stopListening = surroundings.push.onPermission(() => begin(null))
  begin(null)
  return {
    channelId: () => registered?.channelId ?? null,
    renew() {
      if (registered) begin(registered.token)
    },
    close() {
      stopListening()
      current.abort()
    },
  }
}
