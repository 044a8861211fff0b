/**
 * {@link PushSender} without FCM: every push goes to whoever plays the browsers. For virtual tabs by the thousand, which
 * have neither the SDK nor a device; says nothing of how long a push takes. Rule CP12.
 */
import type {HandedPush} from '#protocol/claude/handed-push.ts'
import type {PushPageConfig, PushSender} from './push-sender.ts'

/** `handOverUrl` is on the loopback. */
export type HandOver = {readonly handOverUrl: string; readonly page: PushPageConfig}

export function createHandOverSender({handOverUrl}: HandOver): PushSender {
  const life = new AbortController()
  return {
    async send(token, data) {
      const push: HandedPush = {token, data: {...data}}
      const answer = await fetch(handOverUrl, {
        method: 'POST',
        body: JSON.stringify(push),
        signal: life.signal,
      }).catch(() => null)
      if (answer === null) return {ok: false, why: 'failed', code: 'hand-over-unreachable'}
      if (answer.ok) return {ok: true, messageId: await answer.text()}
      await answer.body?.cancel()
      return {ok: false, why: answer.status === 404 ? 'gone' : 'failed', code: `hand-over-${answer.status}`}
    },
    close: async () => life.abort(),
  }
}
