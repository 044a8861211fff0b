/** The shared worker of the ChatGPT page: holds the one socket of a browser's tabs. Remedy `shared-worker`. Rules LW20–LW22. */
import {createPortServer} from '../sync/chatgpt/sharing/serve-ports.ts'
import {portOf} from '../worker/message-port.ts'
import {webLocks} from './web-locks.ts'

/** What it uses of its global scope, written out because the compiler knows either windows or workers. */
type Scope = {
  addEventListener(type: 'connect', listener: (event: MessageEvent) => void): void
}
const scope = globalThis as unknown as Scope
const kept = new Map<string, string>()

const server = createPortServer({
  fetch: (input, init) => fetch(input, init),
  openSocket: (url) => new WebSocket(url),
  now: () => Date.now(),
  stampNow: () => performance.now(),
  setTimer: (run, delayMs) => {
    const timer = setTimeout(run, delayMs)
    return () => clearTimeout(timer)
  },
  random: () => Math.random(),
  newId: () => crypto.randomUUID(),
  // A worker is never shown and never told that it was frozen.
  onWake: () => () => {},
  openRelay: () => null,
  storage: {
    get: (key) => kept.get(key) ?? null,
    set: (key, value) => void kept.set(key, value),
    remove: (key) => void kept.delete(key),
  },
  ...('locks' in navigator && {locks: webLocks(navigator.locks)}),
  // The tabs are the witnesses.
  witness: () => {},
})

scope.addEventListener('connect', ({ports: [port]}) => {
  if (port) server.serve(portOf(port))
})
