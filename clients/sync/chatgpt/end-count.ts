/**
 * Whose the ends of answers are that the channel tells of. A notice names the conversation only, and one comes for each of
 * this tab's own turns, a little before or after the end of its stream. Rule CF13.
 */
export type EndCount = {
  /** A notice came. True where it is of another tab's turn. */
  isOthers(isOwnTurnRunning: boolean): boolean
  ownTurnEnded(): void
  forget(): void
}

export function createEndCount(): EndCount {
  let wasHeardAlready = false
  let isOwed = false

  return {
    isOthers(isOwnTurnRunning) {
      if (isOwnTurnRunning && !wasHeardAlready) {
        wasHeardAlready = true
        return false
      }
      const isOthers = !isOwed
      isOwed = false
      return isOthers
    },
    ownTurnEnded() {
      isOwed = !wasHeardAlready
      wasHeardAlready = false
    },
    forget() {
      wasHeardAlready = false
      isOwed = false
    },
  }
}
