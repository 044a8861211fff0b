/** The page of a virtual tab: in whatever state its driver puts it, and woken when its driver says so. */
import type {PageState, Surroundings, WakeCause} from './chat-session.ts'

export type VirtualPage = Pick<Surroundings, 'pageState' | 'onPageState' | 'onWake'> & {
  turn(state: PageState): void
  wake(because: WakeCause): void
}

/** In the foreground until told otherwise. A tab that is shown is told so as a browser does: by its state, then by `shown`. */
export function createVirtualPage(): VirtualPage {
  let state: PageState = {foreground: true, visible: true}
  const turned = new Set<(state: PageState) => void>()
  const woken = new Set<(because: WakeCause) => void>()
  const wake = (because: WakeCause) => {
    for (const listener of woken) listener(because)
  }

  return {
    pageState: () => state,
    onPageState: (listener) => added(turned, listener),
    onWake: (listener) => added(woken, listener),
    wake,
    turn(next) {
      const before = state
      if (next.foreground === before.foreground && next.visible === before.visible) return
      state = next
      for (const listener of turned) listener(next)
      if ((next.visible && !before.visible) || (next.foreground && !before.foreground)) wake('shown')
    },
  }
}

function added<T>(listeners: Set<T>, listener: T): () => void {
  listeners.add(listener)
  return () => listeners.delete(listener)
}
