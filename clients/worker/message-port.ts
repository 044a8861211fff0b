/** A MessagePort as either side of a shared worker sees it. Rule LW21. */
import type {WorkerPort} from '../sync/chatgpt/sharing/sharing-parts.ts'

export function portOf(port: MessagePort): WorkerPort {
  return {
    post: (text) => port.postMessage(text),
    onText(listener) {
      port.addEventListener('message', ({data}: MessageEvent<unknown>) => {
        if (typeof data === 'string') listener(data)
      })
      port.start()
    },
    // Chromium tells it when the other side is gone, however it went; not every browser does.
    onGone: (listener) => port.addEventListener('close', listener),
    close: () => port.close(),
  }
}
