/**
 * Which answers a person has had before her, or been told of: page and worker write it, the worker asks it. Names
 * observed. Where the browser forbids databases nothing counts as seen. Rules CC9, CC31, CC33.
 */
import {objectStore} from './object-store.ts'

export type SeenMessages = {
  add(messageId: string): Promise<void>
  has(messageId: string): Promise<boolean>
}

/** Invented: so that the store of a browser that is used for ever stays small. */
const MAX_KEPT = 5_000

export function seenMessages(): SeenMessages {
  const store = objectStore('claude-notifications', 'seenMessages')
  return {
    async add(messageId) {
      try {
        if ((await store.run('readonly', (kept) => kept.count())) >= MAX_KEPT)
          await store.run('readwrite', (kept) => kept.clear())
        await store.run('readwrite', (kept) => kept.put(Date.now(), messageId))
      } catch {
        // Then a notification more is shown, which does no harm.
      }
    },
    async has(messageId) {
      try {
        return (await store.run('readonly', (kept) => kept.count(messageId))) > 0
      } catch {
        return false
      }
    },
  }
}
