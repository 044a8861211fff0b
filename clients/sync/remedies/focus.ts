/** Remedy `focus`: refetch when the tab comes to be seen or to be used. Invented. Rule PO5. */
import type {Surroundings} from '../chat-session.ts'

export function refetchOnFocus(
  refetch: () => void,
  {pageState, onPageState}: Pick<Surroundings, 'pageState' | 'onPageState'>,
): () => void {
  let before = pageState()
  return onPageState((state) => {
    const isGained = (state.visible && !before.visible) || (state.foreground && !before.foreground)
    before = state
    if (isGained) refetch()
  })
}
