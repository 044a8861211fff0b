/** Web Locks as an election sees them, in a page or in a worker. */
import type {Locks} from '../sync/chatgpt/sharing/sharing-parts.ts'

export const webLocks = (locks: LockManager): Locks => ({
  async request(name, options, hold) {
    await locks.request(name, options, hold)
  },
  async settle() {
    await locks.query()
  },
})
