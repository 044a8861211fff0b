/**
 * Makes this browser reachable by push: the server's configuration, the browser's token, the server's channel, in this
 * order. What fails for the moment is tried again; what cannot be is said. Says "registered" only once the server took
 * the token. Observed order; the trying again is invented. Rules CL60, CC11–CC13.
 */
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
  readonly onView: (view: ConnectionView) => void
  /** The server took the token. The view says so once this has ended. */
  readonly onRegistered: () => Promise<void>
}

type Attempt =
  | {readonly name: 'registered'}
  | {readonly name: 'impossible'; readonly why: string; readonly mayAsk: boolean}
  | {readonly name: 'failed'}

/** Runs until the browser is registered, or cannot be, or `signal` ends it. */
export async function register(needs: RegistrationNeeds, signal: AbortSignal): Promise<void> {
  const {surroundings, onView} = needs
  for (let attempt = 1; !signal.aborted; attempt += 1) {
    onView({name: 'connecting', attempt})
    const outcome = await attemptOnce(needs)
    if (signal.aborted) return
    if (outcome.name === 'registered') {
      await needs.onRegistered()
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

async function attemptOnce({api, surroundings}: RegistrationNeeds): Promise<Attempt> {
  try {
    const config = await api.pushConfig()
    if (!config) return {name: 'impossible', why: 'the server has none', mayAsk: false}
    const asked = await surroundings.push.token(config)
    if (asked.ok) {
      await api.registerChannel(asked.token)
      return {name: 'registered'}
    }
    const {why, mayAsk, isFinal} = asked
    return isFinal || mayAsk ? {name: 'impossible', why, mayAsk} : {name: 'failed'}
  } catch (error) {
    if (!(error instanceof ApiError)) throw error
    const isRefused = error.status >= 400 && error.status < 500
    return isRefused ? {name: 'impossible', why: error.message, mayAsk: false} : {name: 'failed'}
  }
}

/** Registers at once, and again whenever the person changes her mind about notifications. */
export function keepRegistered(needs: RegistrationNeeds, quietly: Quietly): () => void {
  let current = new AbortController()
  const begin = () => {
    current.abort()
    current = new AbortController()
    const signal = AbortSignal.any([current.signal, needs.life])
    void quietly(() => register(needs, signal))
  }
  const stopListening = needs.surroundings.push.onPermission(begin)
  begin()
  return () => {
    stopListening()
    current.abort()
  }
}
