/**
 * In place of Firebase, for virtual tabs: every push is handed to all tabs of its browser, as the SDK does where a window is
 * visible. Says nothing of how long that takes.
 */
import type {HeardPush} from '../../clients/sync/claude/claude-surroundings.ts'

export type PushListener = (push: HeardPush) => void

export function handedPushes() {
  /** The tabs of every browser, by its token. */
  const browsers = new Map<string, Set<PushListener>>()
  let sent = 0
  return {
    listen(token: string, listener: PushListener): () => void {
      const tabs = browsers.get(token) ?? new Set()
      browsers.set(token, tabs.add(listener))
      return () => tabs.delete(listener)
    },
    open: async () => ({
      async send(token: string, data: Readonly<Record<string, string>>) {
        const id = `push-${(sent += 1)}`
        const push = {id, data, at: performance.now(), bytes: JSON.stringify(data).length}
        setImmediate(() => browsers.get(token)?.forEach((listener) => listener(push)))
        return {ok: true, messageId: id} as const
      },
      close: async () => {},
    }),
  }
}
