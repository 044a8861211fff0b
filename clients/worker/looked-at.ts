/** Which conversations are before the person now: every focused or visible window is asked, and has half a second. Rule CC32. */
import {isVisible, windowsOf, type WorkerScope, type WorkerWindow} from './worker-scope.ts'

/** Observed. */
const PATIENCE_MS = 500

/** The addresses of the windows that answered in time. */
export async function lookedAt(scope: Pick<WorkerScope, 'clients'>): Promise<readonly string[]> {
  const windows = await windowsOf(scope)
  const urls = await Promise.all(windows.filter((it) => it.focused || isVisible(it)).map(currentUrl))
  return urls.filter((url) => url !== null)
}

/** The page changes its address without a load, of which the browser's own knowledge may be behind. */
function currentUrl(asked: WorkerWindow): Promise<string | null> {
  return new Promise((resolve) => {
    const {port1, port2} = new MessageChannel()
    const timer = setTimeout(() => end(null), PATIENCE_MS)
    function end(url: string | null): void {
      clearTimeout(timer)
      port1.close()
      resolve(url)
    }
    port1.onmessage = ({data}: MessageEvent<unknown>) => end(typeof data === 'string' ? data : null)
    asked.postMessage({type: 'GET_CURRENT_URL'}, [port2])
  })
}
