/** What this browser has for tabs that share a socket: Web Locks and shared workers, each where it is there. Decides nothing. */
import type {SharingParts, WorkerPort} from '../sync/chatgpt/sharing/sharing-parts.ts'
import {portOf} from '../worker/message-port.ts'
import {webLocks} from './web-locks.ts'

export function browserSharing(): SharingParts {
  return {
    onFreeze(listener) {
      const stop = new AbortController()
      document.addEventListener('freeze', listener, stop)
      // Kept for going back, it is frozen as well.
      window.addEventListener('pagehide', listener, stop)
      return () => stop.abort()
    },
    ...('locks' in navigator && {locks: webLocks(navigator.locks)}),
    ...('SharedWorker' in globalThis && {openWorker}),
  }
}

function openWorker(name: string): WorkerPort {
  const worker = new SharedWorker(new URL('./celsius-worker.ts', import.meta.url), {name})
  const port = portOf(worker.port)
  return {
    ...port,
    onGone(listener) {
      port.onGone(listener)
      // Its script could not be had, or failed.
      worker.addEventListener('error', listener)
    },
  }
}
