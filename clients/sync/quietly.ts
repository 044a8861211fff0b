/** Runs what must not throw into the page: the person is told in a notice instead. */
import {ProtocolError} from '#protocol/protocol-error.ts'
import type {ChatStore} from './chat-store.ts'
import {ApiError} from './http-caller.ts'

export type Quietly = (run: () => Promise<void>) => Promise<void>

/** Once `life` is over, nothing is said any more. */
export function quietlyIn(store: Pick<ChatStore, 'setNotice'>, life: AbortSignal): Quietly {
  return async (run) => {
    try {
      await run()
    } catch (error) {
      if (life.aborted) return
      const isKnown = error instanceof ApiError || error instanceof ProtocolError
      store.setNotice(isKnown ? error.message : `Something went wrong in this page: ${String(error)}`)
    }
  }
}
