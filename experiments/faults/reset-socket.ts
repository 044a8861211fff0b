/**
 * Resets a connection with a real RST. While a FIN of our own is on its way libuv refuses to, and Node 26 then neither
 * resets nor closes the socket for good and says so to nobody: that FIN is waited for. Rule FA4.
 */
import type {Socket} from 'node:net'

/** A FIN leaves at once, unless the other end has stopped reading: then there is only closing. */
const PATIENCE_MS = 100

export function resetSocket(socket: Socket): void {
  if (socket.destroyed) return
  if (!socket.writableEnded || socket.writableFinished) {
    socket.resetAndDestroy()
    return
  }
  const timer = setTimeout(() => socket.destroy(), PATIENCE_MS)
  socket.once('finish', () => socket.resetAndDestroy())
  socket.once('close', () => clearTimeout(timer))
}
